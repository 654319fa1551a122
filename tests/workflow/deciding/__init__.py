"""Decisions: who may record them, what may stand in them, and that nothing of them is lost."""
