"""Counts of views, by month, page and measure. Whose they were is nowhere."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import duckdb


class Seen(NamedTuple):
    """What was opened: a page by its address ("": the first), and the measure that was chosen there; None: the page
    itself."""

    page: str
    indicator: str | None = None


def add(cur: duckdb.DuckDBPyConnection, month: dt.date, counts: Mapping[Seen, int]) -> None:
    """Add to the counts of a month, named by its first day."""
    cur.executemany(
        """MERGE INTO page_views p USING (SELECT ? AS month, ? AS page, ? AS indicator, ? AS views) n
           ON p.month = n.month AND p.page = n.page AND p.indicator = n.indicator
           WHEN MATCHED THEN UPDATE SET views = p.views + n.views WHEN NOT MATCHED THEN INSERT""",
        [(month, seen.page, seen.indicator or "", views) for seen, views in counts.items()],
    )


def read(cur: duckdb.DuckDBPyConnection, since: dt.date) -> dict[tuple[dt.date, Seen], int]:
    """The counts from a month on: (first day of the month, what was opened) -> views."""
    rows = cur.execute("SELECT month, page, indicator, views FROM page_views WHERE month >= ?", [since]).fetchall()
    return {(month, Seen(page, indicator or None)): views for month, page, indicator, views in rows}


def forget(cur: duckdb.DuckDBPyConnection, before: dt.date) -> None:
    """Remove the counts of the months before."""
    cur.execute("DELETE FROM page_views WHERE month < ?", [before])
