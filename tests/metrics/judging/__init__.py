"""What is said, and what is not."""
