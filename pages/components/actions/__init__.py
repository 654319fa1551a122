"""Actions on screen: what is due, the list of them, what each partner gives and gets, and their forms."""
