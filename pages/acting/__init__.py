"""Pages of what is done about the figures: decisions, actions, and what they led to."""
