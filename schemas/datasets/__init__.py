"""The kinds of partner file, each declared once."""
