"""Files in, rows kept, releases out."""
