"""Tests of app.timelines."""
