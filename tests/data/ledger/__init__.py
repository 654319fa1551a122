"""The store and its submissions."""
