"""The year ahead."""
