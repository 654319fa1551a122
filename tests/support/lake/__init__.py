"""Postgres, and stores on it, for tests."""
