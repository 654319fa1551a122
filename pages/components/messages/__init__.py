"""The room Messages: what is worth a message, its draft, what was sent; and partners' calendar addresses."""
