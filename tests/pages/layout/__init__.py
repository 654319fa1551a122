"""What frames a page: what it keeps at hand, and that it shows one release."""
