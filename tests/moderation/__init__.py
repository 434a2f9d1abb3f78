"""Tests of app.moderation."""
