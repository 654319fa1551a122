"""The page of the year ahead: who is heading where, how such forecasts did, and which files are awaited."""
