"""Targets for partners and groups on the pages."""
