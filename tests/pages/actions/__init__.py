"""Actions on the page, the chart, the scorecard, and in the packs."""
