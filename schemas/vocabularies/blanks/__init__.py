"""Words and numbers that stand for nothing: blanks, and markers that are asked about."""
