"""What may be said of a figure: change, gaps, outliers, targets."""
