"""What is hidden, on small examples."""
