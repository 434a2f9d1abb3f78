"""What other sites send us."""
