"""Tests of app.media."""
