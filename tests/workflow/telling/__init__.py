"""Stories and voices."""
