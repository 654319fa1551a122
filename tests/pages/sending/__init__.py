"""Files of other forms than tables, through the steps of sending."""
