"""Targets that are not of the whole partnership."""
