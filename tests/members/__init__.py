"""Tests of app.members."""
