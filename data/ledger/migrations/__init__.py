"""Migrations: what brings a store of an earlier version up, a numbered SQL file for each step; none ever changes."""
