"""Appeals and submission history."""
