"""The page of a partner's own referrals."""
