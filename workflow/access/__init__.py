"""Access: who may come in, who is in, and what each may do. Below the pages, so that no page can forget to ask."""
