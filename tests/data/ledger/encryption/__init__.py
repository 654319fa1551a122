"""Keys, encrypted files, and files that change places."""
