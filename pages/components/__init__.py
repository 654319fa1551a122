"""What pages are made of, by what it is."""
