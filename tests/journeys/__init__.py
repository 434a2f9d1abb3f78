"""Journeys over HTTP: what people do from beginning to end, on both databases."""
