"""Reconciling: a partner's own list of who counts, held against its rows, to say where two figures differ and why."""
