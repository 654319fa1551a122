"""Rules, limits, settings and roles."""
