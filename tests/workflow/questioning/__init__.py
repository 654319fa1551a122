"""Who may ask which edition."""
