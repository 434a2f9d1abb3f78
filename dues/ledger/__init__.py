"""The books: double entry in the same database, immutable, balanced by the database itself."""
