"""Tests of the Mastodon client API."""
