"""Killing a site at random moments, and looking for what was lost, doubled or halved."""
