"""The places that releases show: their list, and the boundaries that maps are drawn with."""
