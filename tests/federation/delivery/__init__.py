"""Delivery to other sites."""
