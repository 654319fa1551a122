"""The room Messages, the address of a calendar, and the server's own round."""
