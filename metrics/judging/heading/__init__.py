"""Where places and groups are heading next year, and how well such ranges did in earlier years."""
