"""What people say about a submission: notes, reasons, appeals, and its history."""
