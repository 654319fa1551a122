"""Encryption of the store, its log, what it spills, releases and backups, when an encryption key is configured."""
