"""Stories on pages."""
