"""Addresses beside the pages: uploads, downloads and what jobs call."""
