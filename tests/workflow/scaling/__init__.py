"""Counting on another engine."""
