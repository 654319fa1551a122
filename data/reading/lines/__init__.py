"""Lines of a file: which are records, where one ends, and what the others are."""
