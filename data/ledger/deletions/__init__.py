"""Deletion for good: whose rows go, what is kept of it, and a store's file in which nothing of them is left."""
