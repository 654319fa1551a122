"""The page of impact and value."""
