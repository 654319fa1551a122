"""Letters to a real mail server."""
