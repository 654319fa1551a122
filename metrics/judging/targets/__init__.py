"""Targets for a single partner or group, held against their own figures."""
