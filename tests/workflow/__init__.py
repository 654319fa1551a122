"""Use cases from end to end."""
