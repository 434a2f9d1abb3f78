"""Signatures of requests."""
