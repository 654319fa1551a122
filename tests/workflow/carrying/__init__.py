"""Releases shown without the store that they were made from."""
