"""Files in, rows kept, releases out: intake, ledger, store, releases and the demo partnership."""
