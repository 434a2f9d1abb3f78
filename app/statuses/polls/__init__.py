"""Polls in posts. They decide nothing in the co-op: votes of the members are `governance`."""
