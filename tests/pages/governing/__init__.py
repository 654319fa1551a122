"""The room Settings as backbone staff meet it."""
