"""Checks of referrals: rows that contradict each other, and ends without help."""
