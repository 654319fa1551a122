"""Commands about encryption: make a key, encrypt, change the key, try it, hand a plain copy over."""
