"""The Mastodon client API: one file for each entity, one router for each group of paths."""
