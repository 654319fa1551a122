"""Mailing: from a letter to the partnership's mail server."""
