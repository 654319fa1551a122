"""What stands before and beside the pages for whoever runs the server: health, headers, limits, logs."""
