"""Files in, rows kept, releases out. Knows nothing of figures."""
