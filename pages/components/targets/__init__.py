"""Targets for single partners and groups, as pages show them."""
