"""Backing up and restoring, from end to end."""
