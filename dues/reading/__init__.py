"""What pages and programs show of paying: read from the tables, changing nothing."""
