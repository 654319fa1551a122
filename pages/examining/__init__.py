"""Pages that look closer: queries of a release, and a list of a partner beside its rows."""
