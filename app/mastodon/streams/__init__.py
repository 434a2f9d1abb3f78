"""Streams: what happens is told to apps at once. Source: mastodon-api.md 7."""
