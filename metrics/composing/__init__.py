"""What a release holds: the counts that stand, the groupings that each table shows, figures, and what is hidden."""
