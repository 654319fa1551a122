"""Messages that were sent, to whom and with what outcome; and the addresses of calendars that partners subscribe to."""
