"""Tests of what other sites see."""
