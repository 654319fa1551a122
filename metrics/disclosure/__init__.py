"""Which figures are hidden, and the proof that they cannot be worked out."""
