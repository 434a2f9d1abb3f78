"""Tests of app.instance."""
