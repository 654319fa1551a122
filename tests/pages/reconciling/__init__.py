"""The page Reconcile."""
