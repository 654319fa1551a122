"""What partners said about their files, and what accepted files look like."""
