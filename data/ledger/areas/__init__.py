"""Shapes of areas that maps are drawn with: what a file of them holds, and where an uploaded one is kept."""
