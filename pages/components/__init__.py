"""What pages are made of: state, words, cards, charts, tables, theme."""
