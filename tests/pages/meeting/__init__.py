"""The scorecard: its rows, their order and their words, and what the browser is sent."""
