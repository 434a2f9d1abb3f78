"""Tests of app.statuses."""
