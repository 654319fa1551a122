"""Any kind of file, headers and the spool."""
