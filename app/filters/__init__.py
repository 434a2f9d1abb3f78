"""Filters: words and posts that a member does not want to meet, or only behind a cover."""
