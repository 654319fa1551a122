"""The command and the running server."""
