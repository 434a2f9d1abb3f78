"""Pictures of other sites: fetched once, redrawn, kept for a while, and shown from here."""
