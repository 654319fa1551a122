"""Messaging: real mail, and calendars read by another's parser."""
