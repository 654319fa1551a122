"""A list of a partner beside its rows."""
