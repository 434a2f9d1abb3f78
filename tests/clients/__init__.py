"""Real programs of other people against a running site: what they can call, works."""
