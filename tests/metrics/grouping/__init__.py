"""Groups, and how fine they are."""
