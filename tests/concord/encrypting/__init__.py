"""The commands about encryption."""
