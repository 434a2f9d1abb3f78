"""Posts: writing, changing, deleting, boosting and keeping them, and who may see them."""
