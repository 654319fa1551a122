"""Words about the settings: what a change changes, what it leads to, and what each field asks."""
