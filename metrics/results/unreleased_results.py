"""Unreleased figures: a partner's own, with what it has sent since the release, for that partner alone."""

import duckdb
import polars as pl

from metrics.composing.closed_counts import CURRENT
from metrics.counting.strata import ALL
from metrics.results.published_results import published_results
from metrics.results.result_frames import frame
from schemas.policy.partner_naming import OWN_NAMES
from schemas.policy.viewer import Viewer

_KEY = ["indicator", "period_kind", "period_start", "period_end"]
_FIGURE = ["denominator", "numerator", "rate"]


def unreleased(cur: duckdb.DuckDBPyConnection, viewer: Viewer, release: int) -> pl.DataFrame:
    """The figures of the viewer's partner that differ between the current rows (or totals) and a release.

    Columns: indicator, period_kind (year or month), period_start, period_end; denominator, numerator and rate (exact,
    null when there is none any more; the rate of a mean is in its own unit); the same with `released_` before them.
    The latest period first, years before months. A partner's own figures rest on its own rows alone, so they tell
    nothing of others. Viewers without a partner get no rows.
    """
    now = _in_force(cur, viewer.partner_id)
    shown = published_results(
        cur, viewer, OWN_NAMES, release, scope=viewer.partner_id or "", stratifier=ALL, period_kind=["year", "month"]
    ).select(*_KEY, pl.col(_FIGURE).name.prefix("released_"))
    both = now.join(shown, on=_KEY, how="full", coalesce=True)
    same = [pl.col(c).eq_missing(pl.col(f"released_{c}")) for c in _FIGURE]
    return both.filter(~pl.all_horizontal(same)).sort(
        pl.col("period_kind") != "year", pl.col("period_end"), pl.col("indicator"), descending=[False, True, False]
    )


def _in_force(cur: duckdb.DuckDBPyConnection, partner_id: str | None) -> pl.DataFrame:
    """Exact figures for everyone of one partner; rows decide where there are both rows and totals, as in a release."""
    query = f"""WITH counted AS (
                SELECT {", ".join(_KEY)}, denominator, numerator, CAST(total AS DOUBLE) AS total FROM {CURRENT}
                WHERE owner = $partner AND stratifier = '{ALL}'),
            sent AS (
                SELECT indicator, CASE date_diff('month', period_start, period_end) WHEN 11 THEN 'year' ELSE 'month' END
                    AS period_kind, period_start, period_end, CAST(denominator AS BIGINT) AS denominator,
                    CAST(numerator AS BIGINT) AS numerator, CAST(NULL AS DOUBLE) AS total
                FROM in_force.indicator_counts
                WHERE partner_id = $partner AND stratifier IS NULL AND category IS NULL AND day(period_start) = 1
                    AND last_day(period_end) = period_end
                    AND date_diff('month', period_start, period_end) IN (0, 11))
            SELECT {", ".join(_KEY)}, denominator, numerator,
                coalesce(numerator, total) / nullif(denominator, 0) AS rate
            FROM (FROM counted UNION ALL FROM sent ANTI JOIN counted USING ({", ".join(_KEY)}))"""
    return frame(cur.execute(query, {"partner": partner_id}))
