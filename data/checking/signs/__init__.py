"""What only a whole file shows: of its dates, and of its ids."""
