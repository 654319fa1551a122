"""What is deleted for good is nowhere afterwards, and what is closed stays."""
