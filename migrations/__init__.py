"""The schema's history: forward only once released, the same on both engines."""
