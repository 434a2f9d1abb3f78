"""Letters: posts to people by name, kept together by the talk that they belong to."""
