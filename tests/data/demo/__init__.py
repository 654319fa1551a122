"""The demo partnership."""
