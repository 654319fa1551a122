"""Sentences and words that pages show, written from results."""
