"""Queries that people keep for each other: a name, the edition they ask, and the text."""
