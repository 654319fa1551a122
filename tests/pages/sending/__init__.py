"""Sending a file: the questions about it, and how files are read."""
