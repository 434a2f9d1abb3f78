"""Posts that show another post, as far as its author lets them."""
