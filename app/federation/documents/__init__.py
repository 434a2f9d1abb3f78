"""What other sites read of us, built as plain values. Nothing here asks a database."""
