"""Questions about a file, and what a partner said about its files."""
