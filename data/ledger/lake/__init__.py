"""A store on Postgres: rows as Parquet files, ledger and counts in a catalog, locks and numbers for several servers."""
