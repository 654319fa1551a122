"""Column shapes and repairs."""
