"""Encrypting what is stored, changing the key, and handing an edition over as a plain copy."""
