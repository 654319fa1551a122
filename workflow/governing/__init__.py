"""The partnership's settings: taken in at a start, changed by backbone staff, looked at before, undone."""
