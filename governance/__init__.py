"""Deciding: proposals, votes, documents, offices and what a decision may do."""
