"""The rule catalog and the naming of partners."""
