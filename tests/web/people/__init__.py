"""Tests of the pages by which people come in, and of their settings, on both engines."""
