"""The co-op's service: one process for posting, deciding and paying."""

VERSION = "0.1.0"
