"""What the ids of a whole file tell: whether a spreadsheet has rounded them or made dates of them, or typists vary."""

import polars as pl

from data.findings import Findings

ROUNDED_DIGITS = 16
"""Excel keeps 15 digits: what is longer ends in 0."""
SHOWN_DIGITS = 9
"""1.23457E+11, saved again, is 123457000000: ids that may have been shown so are this long."""
FEWEST, MANY = 10, 0.2
"""Of as many ids, this share ends in 0000; chance brings 1 in 10,000."""
MANGLED_FROM = 3
"""Ids turned into rounded numbers, from which it is the whole column's fault."""
_MONTH = r"(?i)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATE = rf"^(?:\d{{1,2}}-{_MONTH}(?:-\d{{2,4}})?|{_MONTH}-\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]00:00(?::00)?)?)$"
MOSTLY = 0.5
"""Where more ids than this share look like dates they may well be made of dates."""


def look(column: str, ids: pl.Series, findings: Findings) -> None:
    """Add what all ids that a file holds (each once, as text) say together."""
    long = ids.filter(ids.str.contains(rf"^\d{{{ROUNDED_DIGITS},}}$"))
    rounded = ids.filter(ids.str.contains(rf"^\d{{{SHOWN_DIGITS},}}$"))
    zeros = int(rounded.str.ends_with("0000").sum())
    if len(long) > 1 and long.str.ends_with("0").all():
        findings.ask("maybe_rounded_ids", column, f"Ids of {ROUNDED_DIGITS} digits or more: {len(long):,}.")
    elif len(rounded) >= FEWEST and zeros >= MANY * len(rounded):
        findings.ask("maybe_rounded_ids", column, f"Ids that end in 0000: {zeros:,} of {len(rounded):,}.")
    dates = int(ids.str.contains(_DATE).sum())
    if 0 < dates <= MOSTLY * len(ids):
        findings.whole("id_looks_like_date", column, note=f"Such ids: {dates:,}.")
    if alike := len(ids) - ids.str.to_lowercase().n_unique():
        findings.whole("ids_differ_by_case", column, note=f"Such pairs: {alike:,}.")


def mangled(found: pl.DataFrame, findings: Findings) -> None:
    """Ask about ids of which a spreadsheet kept some digits only. `found`: all findings of the file."""
    for column, count in (
        found.filter(pl.col("rule").str.starts_with("mangled_id"))["column"].value_counts().iter_rows()
    ):
        if count >= MANGLED_FROM:
            findings.ask("ids_rounded", column, f"Such ids: {count:,}.")
