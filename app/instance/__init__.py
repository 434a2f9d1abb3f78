"""The co-op itself: its name and purpose, and how it is founded."""
