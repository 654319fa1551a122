"""How often pages are opened: a number a month, of nobody in particular."""
