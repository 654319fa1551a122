"""Queries in their sandbox."""
