"""Deletion for good of a person, a partner's rows or a period: looked at first, made once, told in a receipt."""
