"""A partner's own page of referrals: its tables and their words."""
