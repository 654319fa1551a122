"""The command for deletion for good."""
