"""Each indicator recomputed in naive Python on random rows."""
