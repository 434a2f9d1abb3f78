"""A lively co-op to look around in, filled through the real use cases with an injected clock."""
