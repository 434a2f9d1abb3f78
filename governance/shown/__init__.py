"""How decisions, documents and offices are put before people: values for pages and API."""
