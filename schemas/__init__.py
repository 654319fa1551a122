"""What the partnership agrees on: files, words, people who look, and the one shape of a result."""
