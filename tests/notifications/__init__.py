"""Tests of app.notifications."""
