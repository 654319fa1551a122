"""Before a release: what it would change, and making it while people go on working."""
