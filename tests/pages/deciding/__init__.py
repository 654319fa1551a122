"""Decisions on the scorecard, in the log, and in the packs."""
