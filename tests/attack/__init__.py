"""An attacker that shares no code with the engine, and looks for leaks of identities."""
