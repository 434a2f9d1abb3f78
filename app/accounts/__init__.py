"""Actors, ours and those of other sites: the public side of a person or of the co-op."""
