"""Finding posts, people and tags: only what its reader may see, and never by popularity."""
