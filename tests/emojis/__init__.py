"""Tests of app.emojis."""
