"""How decisions, documents and offices are put before people: pure values for pages and the API."""
