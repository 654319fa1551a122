"""Exports read again by a reader of their own, that shares nothing with what writes them."""
