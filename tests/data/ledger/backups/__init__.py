"""The folder of a backup, and what becomes of one that is damaged."""
