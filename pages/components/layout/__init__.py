"""The frame of every page: navigation, roles, cards, theme, the state in the address."""
