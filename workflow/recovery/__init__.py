"""Finishing or undoing what a stop interrupted, and looking whether a store and its releases are whole."""
