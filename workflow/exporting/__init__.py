"""Exporting: a release's figures in the formats in which other systems read results; nothing that it does not show."""
