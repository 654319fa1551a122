"""Words about what an action changed, what that is worth, and how a sum is shared."""
