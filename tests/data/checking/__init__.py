"""Each rule and each kind of bad input."""
