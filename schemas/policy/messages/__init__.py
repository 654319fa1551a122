"""Messages: how they leave the server, and what may stand in them."""
