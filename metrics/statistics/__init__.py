"""Pure statistics: intervals, control limits, standardization, disparity."""
