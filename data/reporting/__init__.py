"""What partners owe and when it came, and how good their data is."""
