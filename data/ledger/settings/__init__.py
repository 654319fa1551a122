"""The settings as the store keeps them: every version with who, when and why; and the file that carries them."""
