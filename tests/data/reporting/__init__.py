"""The calendar and data quality."""
