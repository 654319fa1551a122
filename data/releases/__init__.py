"""Release folders: written beside, checksummed and swapped in."""
