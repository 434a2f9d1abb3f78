"""Tests of app.relationships."""
