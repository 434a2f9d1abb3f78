"""What programs read: one module for each entity of the client API."""
