"""Decisions of meetings: what was decided, who does it by when, and every later step."""
