"""Board packs: what they hold, and the files that they are."""
