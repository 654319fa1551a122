"""Counting views: by month, of nobody, and without keeping anyone waiting."""
