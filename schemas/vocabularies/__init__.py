"""Code lists and the words accepted for each code."""
