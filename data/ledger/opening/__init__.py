"""Opening a store: whose it is, what it lacks, and whether it can be read."""
