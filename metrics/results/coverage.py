"""Who stands behind a figure: which partners report it, who is late, and how much of the denominator is in."""

import datetime as dt
from dataclasses import dataclass

import duckdb

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL
from schemas.policy.partner_naming import Naming


@dataclass(frozen=True)
class Coverage:
    """Partner ids by standing for one indicator and period, and the share of the denominator that is in.

    `complete`: every day (and the follow-up) is covered, or totals were sent. `late`: reported before, not complete.
    `share`: denominators of the complete partners as a share of what all of them last had, 0 to 1; None when unknown.
    Only denominators that everyone may see: a share would tell a hidden one, and while a period is open all are.
    """

    complete: tuple[str, ...]
    late: tuple[str, ...]
    counts_only: tuple[str, ...]
    share: float | None

    @property
    def expected(self) -> int:
        """How many partners the figure should hold."""
        return len(self.complete) + len(self.late)


def coverage_of(
    cur: duckdb.DuckDBPyConnection,
    release: int,
    indicator: str,
    period_kind: str,
    period_end: dt.date,
    naming: Naming,
) -> Coverage:
    """The coverage of one published figure, from the release's own rows; partners by the ids that `naming` shows."""
    rows = cur.execute(
        """SELECT scope, period_end, denominator, provisional, counts_only_partners > 0,
               suppressed OR folded OR NOT closed
           FROM released
           WHERE release = ? AND indicator = ? AND scope <> ? AND stratifier = ? AND period_kind = ?
             AND period_end BETWEEN CAST(? AS DATE) - 400 AND ? AND denominator IS NOT NULL ORDER BY period_end""",
        [release, indicator, PARTNERSHIP, ALL, period_kind, period_end, period_end],
    ).fetchall()
    usual: dict[str, int] = {}
    complete: set[str] = set()
    late: set[str] = set()
    totals: set[str] = set()
    for scope, end, denominator, provisional, only, suppressed in rows:
        if suppressed:
            usual.setdefault(scope, 0)
        else:
            usual[scope] = max(denominator, usual.get(scope, 0)) if provisional else denominator
        if end == period_end:
            (late if provisional else complete).add(scope)
            totals |= {scope} if only else set()
    late |= set(usual) - complete
    late -= naming.gone  # nothing more is awaited from a partner that left
    usual = {scope: people for scope, people in usual.items() if scope in complete | late}
    whole = sum(usual.values())
    share = sum(usual[s] for s in complete) / whole if whole else None
    done, waiting, only = (tuple(sorted(map(naming.shown, some))) for some in (complete, late, totals))
    return Coverage(done, waiting, only, share)
