"""How other sites are treated: rules and lists. Pure; what is in force is decided elsewhere."""
