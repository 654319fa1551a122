"""The room Settings: its parts, what a change leads to, and how it is saved and undone."""
