"""Decisions on screen: the meeting, its minutes, and the log of what was decided."""
