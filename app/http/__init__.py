"""Web adapters share this: dependencies, errors, pages, forms, headers."""
