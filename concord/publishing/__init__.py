"""Commands that hand on what may be handed on."""
