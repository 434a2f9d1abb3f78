"""Tests of app.text."""
