"""Commands for whoever runs the server: backups, and what is asked of one that runs."""
