"""Guards: what makes a whole file doubtful. Each stops it and asks, until its sender has answered."""
