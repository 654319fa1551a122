"""A partner's own referrals: who refers to whom, what became of it, and how long it took."""
