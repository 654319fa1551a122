"""The settings change while the server runs: who may, what is told, and what is kept."""
