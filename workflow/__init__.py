"""Use cases: the only place where rows and figures come together."""
