"""The page Reconcile: a partner's own list beside Concord's figure, with what makes the difference."""
