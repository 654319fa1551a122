"""What an action changed, what that is worth, and how a sum is shared: facts, said nowhere here."""
