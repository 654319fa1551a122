"""The door, who is looking, and the parts of the page People."""
