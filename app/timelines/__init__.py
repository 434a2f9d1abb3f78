"""Posts in the order of time: home, this co-op, tags and profiles, and how far one has read."""
