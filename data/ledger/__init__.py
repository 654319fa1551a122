"""The store: submissions, coverage, current rows, pseudonyms, settings and keys."""
