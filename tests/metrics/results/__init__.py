"""The one shape of a figure."""
