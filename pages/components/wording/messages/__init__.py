"""Words of messages: the drafted letters, and what became of each."""
