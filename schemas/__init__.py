"""What the partnership agrees on: files, words, rules, settings, who looks, the shape of a result."""
