"""Parts of a page under a heading of their own."""
