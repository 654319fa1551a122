"""The traps of each indicator, run from its spec table."""
