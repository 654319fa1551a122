"""Commands about what the partnership has settled, and who and which jobs may come in."""
