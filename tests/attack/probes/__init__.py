"""Attack programs that make a store, publish it, and guess from what was published."""
