"""Deciding: what a meeting agrees on, recorded with its release, and followed until it is done."""
