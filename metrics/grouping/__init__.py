"""How finely people are grouped: declared groupings with nested rungs, and which rung each table uses."""
