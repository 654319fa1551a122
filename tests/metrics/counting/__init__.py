"""Counts that follow a change equal a rebuild."""
