"""A partnership that is encrypted, and one whose key changes."""
