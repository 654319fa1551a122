"""Backups: a folder that holds what a partnership needs to begin again, but for its secrets."""
