"""Random partnerships: drawn people, and the files that they give."""
