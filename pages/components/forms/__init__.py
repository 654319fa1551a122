"""What people fill in: the upload steps, questions, reasons, appeals."""
