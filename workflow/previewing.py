"""What accepting a checked submission would change, before anyone else sees it.

The half of `workflow` that looks ahead: it composes rows (data) and figures (metrics) and leaves nothing behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from data.checking import continuity
from data.checking.continuity import Caution
from data.ledger import row_comparison, submissions
from data.ledger.row_comparison import Compared
from data.ledger.store import Store
from data.ledger.submissions import Submission
from metrics.counting.declaration import Indicator
from metrics.counting.incremental_counts import Change
from metrics.counting.periods import Period, year_ending
from metrics.indicators import indicators
from metrics.results import figure_movement, own_results, unusual_months
from metrics.results.figure_movement import Figures, Movement
from metrics.results.movement_reasons import Reasons, reasons
from metrics.results.own_results import Count
from metrics.results.unusual_months import Unusual
from schemas.policy.access.permissions import may
from schemas.policy.viewer import Viewer
from workflow.access.permitting import require


@dataclass(frozen=True)
class Preview:
    """What acceptance would do. All but `compared` and `cautions` is for the partner that sent it alone."""

    compared: Compared
    cautions: tuple[Caution, ...] = ()
    foremost: tuple[Movement, ...] = ()
    """The movement of each indicator that the partner should see first."""
    why: dict[str, Reasons] | None = None
    """Indicator -> why its foremost figure moves; not for figures that were sent as totals."""
    moves: tuple[Movement, ...] = ()
    """Every rolling-year figure that moves, the latest first."""
    unusual: tuple[Unusual, ...] = ()


def preview(store: Store, submission: int, viewer: Viewer) -> Preview:
    """How the partner's own figures would move, and why: its rows are made current, looked at, and rolled back.

    Figures are exact and not yet released: anyone but the partner that sent it gets none. Raises NotPossible when the
    submission was left in the meantime.
    """
    with store.accepting:
        cur = store.cursor()
        entry = submissions.not_left(cur, submission)
        require(viewer, "read_files", entry.partner_id)
        compared = row_comparison.compare(cur, entry)
        cautions = tuple(continuity.cautions(cur, entry, store.partnership.limits))
        if not may(viewer, "see_unreleased", entry.partner_id):
            return Preview(compared, cautions)
        return _with_figures(store, cur, entry, Preview(compared, cautions))


def change(entry: Submission) -> Change:
    """What becomes current, or stops being so, with a submission."""
    return Change(entry.partner_id, entry.dataset, *entry.covers, submission=entry.submission)


def _with_figures(store: Store, cur: duckdb.DuckDBPyConnection, entry: Submission, rows: Preview) -> Preview:
    known, choices = indicators(), store.partnership.choices
    affected = [i for i in known.values() if entry.dataset in i.reach]
    years, months = _figures(cur, entry.partner_id)
    with _undone(cur):
        submissions.step(cur, entry.submission, "accepted", "")
        anew = own_results.count(cur, entry.partner_id, affected, choices)
        years_after, months_after = _figures(cur, entry.partner_id, anew)
        first = figure_movement.foremost(years, years_after, known)
        now = own_results.unit_rows(cur, _asked(first, known, before=False))
    with _undone(cur):
        asked = _asked(first, known, before=True)
        if asked:
            own_results.set_views(cur, entry.partner_id, [i for i, _ in asked], [p for _, p in asked], choices)
        was = own_results.unit_rows(cur, asked)
    return Preview(
        rows.compared,
        rows.cautions,
        tuple(first),
        {m.indicator: reasons(was.get(m.indicator), now.get(m.indicator)) for m in first if _counted(m)},
        tuple(figure_movement.movements(years, years_after)),
        tuple(unusual_months.unusual(months, months_after)),
    )


@contextmanager
def _undone(cur: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What is done within the block is rolled back at its end."""
    cur.execute("BEGIN")
    try:
        yield
    finally:
        cur.execute("ROLLBACK")


def _figures(
    cur: duckdb.DuckDBPyConnection, partner_id: str, anew: dict[str, list[Count]] | None = None
) -> tuple[Figures, Figures]:
    """The partner's figures of years and of months."""
    known = indicators()
    return figure_movement.figures(cur, partner_id, known, "year", anew), figure_movement.figures(
        cur, partner_id, known, "month", anew
    )


def _counted(move: Movement) -> bool:
    """Whether the figure is worked out from rows on both sides."""
    return all(side is None or side.from_rows for side in (move.before, move.after))


def _asked(first: list[Movement], known: dict[str, Indicator], *, before: bool) -> list[tuple[Indicator, Period]]:
    """The year of each figure that there is on this side."""
    found = []
    for move in first:
        if (move.before if before else move.after) is not None and _counted(move):
            end = move.before_end if before and move.before_end else move.period_end
            found.append((known[move.indicator], year_ending(end)))
    return found
