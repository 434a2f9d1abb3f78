"""What pages and the API show of deciding: rows read, in a fixed number of statements."""
