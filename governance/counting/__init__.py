"""Counting: from ballots to numbers, one module for each family of methods.

Pure, exact and free of dependencies, because the same code recounts in a member's own verifier.
"""
