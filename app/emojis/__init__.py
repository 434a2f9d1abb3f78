"""The co-op's own emoji: small pictures with a name, which officers keep."""
