"""The settings in the store, and the file that carries them."""
