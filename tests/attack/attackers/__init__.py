"""Who attacks a release: what readers know to add up, and how far each hidden count may then lie."""
