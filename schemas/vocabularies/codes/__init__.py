"""Published code systems whose codes stand for a word of a list by their place in a hierarchy."""
