"""Files polluted in one place each, and what became of them."""
