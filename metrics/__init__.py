"""From current rows to results. Takes a DuckDB cursor and knows nothing of files."""
