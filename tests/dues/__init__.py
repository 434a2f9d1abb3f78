"""Tests of paying: money, the books, invoices, pages."""
