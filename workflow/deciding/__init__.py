"""Deciding: what a meeting agrees on, and what is done about it, recorded with its release and followed until done."""
