"""From current rows to results: unit rows, counts, intervals, disclosure and the one exit."""
