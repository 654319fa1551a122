"""Charts: from results to Plotly figures."""
