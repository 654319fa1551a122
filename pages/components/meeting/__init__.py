"""The scorecard that runs a meeting: one row a measure, its evidence beneath, as HTML made on the server."""
