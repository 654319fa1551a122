"""Tables, also those behind charts."""
