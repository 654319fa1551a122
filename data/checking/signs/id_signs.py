"""What the ids of a whole file tell: whether a spreadsheet has rounded them or made dates of them, or typists vary."""

import polars as pl

from data.findings import Findings

ROUNDED_DIGITS = 16
"""Excel keeps 15 digits: what is longer ends in 0."""
_MONTH = r"(?i)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATE = rf"^(?:\d{{1,2}}-{_MONTH}(?:-\d{{2,4}})?|{_MONTH}-\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]00:00(?::00)?)?)$"
MOSTLY = 0.5
"""Where more ids than this share look like dates they may well be made of dates."""


def look(column: str, ids: pl.Series, findings: Findings) -> None:
    """Add what all ids that a file holds (each once, as text) say together."""
    long = ids.filter(ids.str.contains(rf"^\d{{{ROUNDED_DIGITS},}}$"))
    if len(long) > 1 and long.str.ends_with("0").all():
        findings.whole("maybe_rounded_ids", column, note=f"Ids of {ROUNDED_DIGITS} digits or more: {len(long):,}.")
    dates = int(ids.str.contains(_DATE).sum())
    if 0 < dates <= MOSTLY * len(ids):
        findings.whole("id_looks_like_date", column, note=f"Such ids: {dates:,}.")
    if alike := len(ids) - ids.str.to_lowercase().n_unique():
        findings.whole("ids_differ_by_case", column, note=f"Such pairs: {alike:,}.")
