"""What the words of a column's header mean, whichever system or language wrote it."""
