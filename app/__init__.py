"""The co-op's service: one process for posting, deciding and paying."""
