"""From rows in force to results: unit rows, counts, intervals, disclosure and the one exit."""
