"""A partner's own referrals: whose they are, what became of them, and who may read it."""
