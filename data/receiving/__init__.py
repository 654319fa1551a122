"""From bytes to tables: spool, archives, spreadsheets, text, headers."""
