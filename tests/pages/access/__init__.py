"""Who looks, the guard of sign-in, and the page People."""
