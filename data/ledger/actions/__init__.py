"""Actions: what partners do about a measure, and every later step."""
