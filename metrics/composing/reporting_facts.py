"""What is known of a figure beside its counts: who reports, who sent totals, whether data is still to come."""

import datetime as dt
from collections.abc import Collection

import duckdb
import polars as pl

from metrics.counting.declaration import Indicator
from metrics.counting.input_views import PARTNERSHIP

_PERIOD = ["period_kind", "period_start", "period_end"]


def reporting(
    cur: duckdb.DuckDBPyConnection,
    cells: pl.DataFrame,
    totals: pl.DataFrame,
    indicators: dict[str, Indicator],
    members: Collection[str],
) -> pl.DataFrame:
    """For each indicator, scope and period: how many partners report, how many only totals, whether provisional.

    The partnership's figures wait for its `members` alone: nothing more comes from a partner that left.
    """
    coverage = cur.execute(
        "SELECT partner_id, dataset, from_day, to_day FROM coverage WHERE from_day IS NOT NULL"
    ).fetchall()
    sent = totals.filter(pl.col("numerator").is_not_null()).select("indicator", "scope", *_PERIOD).unique()
    rows = []
    for (name, kind, start, end), group in (
        cells.select("indicator", *_PERIOD, "scope").unique().group_by("indicator", *_PERIOD)
    ):
        indicator = indicators.get(str(name))
        if indicator is None:
            continue
        windows = _windows(coverage, indicator.main)
        until = end + dt.timedelta(days=indicator.run_out_days)
        reports = {p for p, w in windows.items() if _touches(w, start, end)}
        # A partner that reported in the year before is expected: its absence makes the partnership provisional.
        expected = {p for p, w in windows.items() if _touches(w, start - dt.timedelta(days=366), end)}
        late = {p for p in expected if not _fills(windows[p], start, until)}
        only = (
            set(
                sent.filter(
                    (pl.col("indicator") == name)
                    & (pl.col("period_kind") == kind)
                    & (pl.col("period_start") == start)
                    & (pl.col("period_end") == end)
                )["scope"]
            )
            - reports
        )
        for scope in group["scope"]:
            whole = scope == PARTNERSHIP
            rows.append(
                (
                    name,
                    scope,
                    kind,
                    start,
                    end,
                    len(reports | only) if whole else 1,
                    len(only) if whole else int(scope in only),
                    bool(late.intersection(members)) if whole else scope in late,
                )
            )
    return pl.DataFrame(
        rows,
        schema={
            **{c: cells.schema[c] for c in ["indicator", "scope", *_PERIOD]},
            "partners_reporting": pl.Int32,
            "counts_only_partners": pl.Int32,
            "provisional": pl.Boolean,
        },
        orient="row",
    )


def _windows(coverage: list[tuple], dataset: str) -> dict[str, list[tuple[dt.date, dt.date]]]:
    windows: dict[str, list[tuple[dt.date, dt.date]]] = {}
    for partner_id, name, first, last in sorted(coverage):
        if name == dataset:
            windows.setdefault(partner_id, []).append((first, last))
    return windows


def _touches(windows: list[tuple[dt.date, dt.date]], start: dt.date, end: dt.date) -> bool:
    return any(first <= end and last >= start for first, last in windows)


def _fills(windows: list[tuple[dt.date, dt.date]], start: dt.date, end: dt.date) -> bool:
    """Whether the windows leave no day of the span out."""
    reached = start
    for first, last in sorted(windows):
        if first <= reached <= last:
            reached = last + dt.timedelta(days=1)
    return reached > end
