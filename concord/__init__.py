"""What people import and type: the package for analysts, and the command."""
