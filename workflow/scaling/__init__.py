"""Counting on another engine: what the queries read as Parquet, the same queries there, and whether all is equal."""
