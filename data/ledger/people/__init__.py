"""People: who may sign in, who is signed in, and the history of access."""
