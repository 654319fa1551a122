"""The files of a definition, and how their faults are reported."""
