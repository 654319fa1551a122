"""The page of the year ahead."""
