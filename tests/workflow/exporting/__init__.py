"""Exports: the numbers of the release and no others, in files that the standards' own checkers take."""
