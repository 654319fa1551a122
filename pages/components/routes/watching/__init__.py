"""The address for whoever watches the server from another program."""
