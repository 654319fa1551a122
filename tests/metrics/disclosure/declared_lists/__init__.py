"""Small tables of declared parts."""
