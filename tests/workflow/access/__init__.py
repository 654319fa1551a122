"""The door, the people and the table of permissions."""
