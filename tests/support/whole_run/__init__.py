"""What one run of the tests tries, collects and makes once for all of its processes."""
