"""What makes a whole file doubtful."""
