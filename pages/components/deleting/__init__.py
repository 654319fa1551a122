"""Deletion for good, on the page Settings: asked, shown, given a reason, done, and told in a receipt."""
