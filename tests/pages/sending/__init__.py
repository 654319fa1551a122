"""Sending a file: exports, what is asked about a file, what was said before, and files that wait."""
