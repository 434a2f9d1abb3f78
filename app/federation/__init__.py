"""How other sites see this one. So far: what kind of site it is."""
