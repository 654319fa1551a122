"""What a release carries for a server that has no store: written with the release, and opened there as a store."""
