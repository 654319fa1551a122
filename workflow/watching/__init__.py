"""What whoever watches the server is told: counts and durations, nothing of anybody's data."""
