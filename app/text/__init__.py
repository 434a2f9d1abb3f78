"""Text: from what people write, and what other sites send, to safe HTML and plain facts. Pure."""
