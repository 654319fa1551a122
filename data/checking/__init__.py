"""From cells to findings: checks of a cell, a row, across rows and across files."""
