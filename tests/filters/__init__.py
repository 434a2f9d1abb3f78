"""Tests of app.filters."""
