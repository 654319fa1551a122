"""Evaluating: what an action changed, what it is worth, and how a sum could be shared; of published results."""
