"""Shapes of areas: what a file of them holds, and where an uploaded one is kept."""
