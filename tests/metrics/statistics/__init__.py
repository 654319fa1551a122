"""Statistics against published values and a second library."""
