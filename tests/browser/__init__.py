"""Runs in a real browser: every page in light and dark, journeys with and without JavaScript."""
