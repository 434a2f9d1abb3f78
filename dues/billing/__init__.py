"""Billing: what members choose to pay, what is asked for, and what came."""
