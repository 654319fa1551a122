"""Words about releases: what closes with them, and what they change."""
