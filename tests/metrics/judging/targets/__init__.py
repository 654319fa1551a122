"""Targets for a partner or a group."""
