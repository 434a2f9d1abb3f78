"""Paying: memberships, invoices, coverage and the books."""
