"""From unit rows to counts, whole or by the people that a change touches."""
