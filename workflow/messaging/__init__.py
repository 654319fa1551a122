"""Messaging: what is worth a message, to whom it may go, sending it once, and the calendars of partners."""
