"""Cards: what the page says that a post links to. Asked for once, shown without its scripts."""
