"""Folders as they are, and that they stay so."""
