"""How other sites are treated."""
