"""Viewing: how often each page and measure is opened, so that what nobody uses can go."""
