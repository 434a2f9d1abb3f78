"""Tests of app.oauth."""
