"""From tables to typed cells, with a receipt of what was repaired."""
