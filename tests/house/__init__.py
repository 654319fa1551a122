"""The house itself: layers, sizes, names, docs."""
