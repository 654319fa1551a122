"""What a file would do before it counts."""
