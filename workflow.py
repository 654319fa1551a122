"""What can be done with a partnership: submit, accept, withdraw, refresh, release, read.

The only module that composes `data` (rows) and `metrics` (figures).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data import checking, ledger, quality, releases, settings, standing, templates
from data.arrivals import arrivals
from data.calendar import Entry, Facts, Rate, calendar, periods, rate
from data.cells import Reading
from data.checking import Checked, finding_list
from data.intake import Progress, Report, Sending
from data.ledger import NotPossible, Submission, Window
from data.quality import Counted, Known, Quality, Received
from data.standing import Effect, Standing
from data.store import Store, forget, open_store, transaction
from metrics import counts, editions, movement, reference, results
from metrics.coverage import Coverage, coverage_of
from metrics.following import Change, following
from metrics.indicator import Indicator
from metrics.indicators import indicators
from metrics.movement import Figure, Movement
from metrics.situation import Gap, Situation, beside, difference, situation, widest_gap
from metrics.strata import category_label, stratum_title
from schemas.datasets import DATASETS
from schemas.partnership import DateOrder, Partnership
from schemas.viewer import Viewer

__all__ = [
    "Checked",
    "Counted",
    "Coverage",
    "Effect",
    "Entry",
    "Facts",
    "Figure",
    "Gap",
    "Indicator",
    "Known",
    "Movement",
    "NotPossible",
    "Progress",
    "Quality",
    "Rate",
    "Received",
    "Report",
    "Situation",
    "Standing",
    "Store",
    "Submission",
    "Window",
    "beside",
    "category_label",
    "difference",
    "finding_list",
    "indicators",
    "periods",
    "rate",
    "situation",
    "stratum_title",
    "widest_gap",
]


def open_partnership(folder: Path) -> Store:
    """Open the store of a data folder. Raises settings.NotReady or store.StoreInUse, with what to do."""
    store = open_store(folder, settings.read_settings(folder), settings.read_key(folder))
    store.connection.execute(results.RELEASED)
    return store


def today(partnership: Partnership) -> dt.date:
    """The partnership's day: the real one, unless the settings name another (the demo does)."""
    return partnership.today or dt.date.today()


def _now(store: Store) -> dt.datetime:
    """The present moment (UTC) of the ledger, on the partnership's day."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    return dt.datetime.combine(store.partnership.today, now.time()) if store.partnership.today else now


def check(
    store: Store,
    place: Path | bytes,
    dataset: str,
    partner_id: str,
    *,
    covers: Window | None = None,
    date_order: DateOrder | None = None,
    actor: str = "",
    progress: Progress | None = None,
    at: dt.datetime | None = None,
) -> Checked:
    """Check a file and hold its good rows, counting for nothing yet (see `data.checking.check`).

    Raises KeyError for an unknown partner or dataset.
    """
    partner = store.partnership.partner(partner_id)
    if dataset not in DATASETS:
        raise KeyError(f"no dataset is called {dataset!r}; known datasets: {', '.join(DATASETS)}")
    zip_digits = store.partnership.policy.zip_digits
    reading = Reading(today(store.partnership), date_order or partner.date_order, zip_digits)
    sending = Sending(partner_id, DATASETS[dataset], reading, covers, store.key, frozenset(indicators()))
    return checking.check(store, place, sending, actor, progress, at or _now(store))


def accept(store: Store, submission: int, *, accept_valid: bool = False, actor: str = "") -> Submission:
    """Put a checked (or withdrawn) submission in force, and let the counts follow, in one transaction.

    Raises NotPossible when it has blocked rows and `accept_valid` was not said, or was left in the meantime.
    Accepting what is accepted already changes nothing.
    """
    with store.accepting:
        cur = store.cursor()
        entry = ledger.submission(cur, submission)
        if entry.state == "accepted":
            return entry
        if entry.rows_blocked and not accept_valid:
            raise NotPossible(
                f"{entry.rows_blocked:,} rows have findings that block them: mend them, or say that only "
                "the good rows shall count"
            )
        with (
            transaction(cur),
            following(cur, _change(entry), indicators().values(), store.partnership.choices),
        ):
            ledger.step(cur, submission, "accepted", actor, _now(store))
        return ledger.submission(cur, submission)


def accept_many(store: Store, submissions: Iterable[int], actor: str = "", *, as_checked: bool = False) -> None:
    """Put several checked submissions in force at once and work all counts out once: for a first load.

    `as_checked`: each on the day on which it was checked, for files that came before the ledger was made.
    """
    with store.accepting:
        cur = store.cursor()
        with transaction(cur):
            for number in submissions:
                at = ledger.submission(cur, number).at if as_checked else _now(store)
                ledger.step(cur, number, "accepted", actor, at)
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)


def discard(store: Store, submission: int) -> None:
    """Leave a checked file: its rows go. Raises NotPossible when it has been accepted."""
    with store.accepting:
        cur = store.cursor()
        entry = ledger.submission(cur, submission)
        if entry.state != "checked":
            raise NotPossible("it has been accepted: it can be withdrawn, not left")
        with transaction(cur):
            forget(cur, submission)


def withdraw(store: Store, submission: int, actor: str = "") -> Submission:
    """Take an accepted submission back: what it had taken over from earlier ones is in force again."""
    with store.accepting:
        cur = store.cursor()
        entry = ledger.submission(cur, submission)
        if entry.state != "accepted":
            raise NotPossible(f"submission {submission} is {entry.state}, not accepted")
        with (
            transaction(cur),
            following(cur, _change(entry), indicators().values(), store.partnership.choices),
        ):
            ledger.step(cur, submission, "withdrawn", actor, _now(store))
        return ledger.submission(cur, submission)


def _change(entry: Submission) -> Change:
    return Change(entry.partner_id, entry.dataset, *entry.covers, submission=entry.submission)


def refresh(store: Store) -> None:
    """Work all counts out again from the rows in force (needed after a choice or a definition changed)."""
    with store.accepting:
        cur = store.cursor()
        with transaction(cur):
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)


def publish(store: Store, actor: str = "") -> int:
    """Make a release of what is in force: both editions on disk, the pointer swapped, the dashboards moved on."""
    with store.accepting:
        cur = store.cursor()
        known = indicators()
        release = releases.next_release(cur, store.folder)
        exact = results.compose(cur, store.partnership, known)
        with transaction(cur):
            results.keep_release(cur, release, exact)
        editions.set_tables(cur, store.partnership, known, release)
        shared = [_table(t) for t in editions.shared_edition()]
        own = [_table(t) for t in editions.research_edition(cur, known, store.partnership.choices)]
        tables = {"shared": shared, "research": [*shared, *own]}
        made = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
        about = {"partnership": store.partnership.name, "made_at": made.isoformat() + "Z"}
        releases.write_release(cur, store.folder, release, tables, about)
        with transaction(cur):
            releases.record_release(cur, release, actor)
        return release


def _table(table: editions.EditionTable) -> releases.Table:
    return releases.Table(table.name, table.queries, table.meaning, table.columns, table.view)


@dataclass(frozen=True)
class ReleaseInfo:
    """The release that the dashboards show."""

    number: int
    made_at: dt.datetime


def current_release(store: Store) -> ReleaseInfo | None:
    """The newest release of the ledger; None before the first."""
    row = (
        store.cursor().execute("SELECT release, happened_at FROM release_made ORDER BY release DESC LIMIT 1").fetchone()
    )
    return ReleaseInfo(*row) if row else None


def read_results(store: Store, viewer: Viewer, **only: object) -> pl.DataFrame:
    """Results of the current release as the viewer may see them (see `metrics.results.published_results`)."""
    release = current_release(store)
    return results.published_results(store.cursor(), viewer, release.number if release else 0, **only)


def read_coverage(store: Store, indicator: str, period_end: dt.date, period_kind: str = "year") -> Coverage:
    """Who reports a figure of the current release, who is late, and how much of the denominator is in."""
    release = current_release(store)
    return coverage_of(
        store.cursor(), release.number if release else 0, indicators()[indicator], period_kind, period_end
    )


def read_submissions(store: Store, viewer: Viewer) -> list[Submission]:
    """The ledger, newest first: a partner's own, or everyone's for backbone staff; nobody else's business."""
    if viewer.role not in ("partner", "backbone"):
        return []
    return ledger.submissions(store.cursor(), viewer.partner_id)


def read_arrivals(store: Store) -> Facts:
    """When which days of each partner and dataset were accepted or withdrawn; days only, so for every viewer."""
    return arrivals(store.cursor())


def read_calendar(store: Store, facts: Facts) -> list[Entry]:
    """What each partner owes for each period and how it came; states and days, the same for every viewer."""
    return calendar(store.partnership, facts, today(store.partnership))


def read_quality(store: Store, viewer: Viewer, partner_id: str) -> Quality | None:
    """How good a partner's data is: exact for itself, few people hidden for backbone staff, None for others."""
    if viewer.role != "backbone" and viewer.partner_id != partner_id:
        return None
    fewest = 1 if viewer.partner_id == partner_id else store.partnership.policy.smallest_cell
    cur = store.cursor()
    return quality.quality(cur, partner_id, arrivals(cur), today(store.partnership), fewest=fewest)


def all_submissions(store: Store) -> list[Submission]:
    """The whole ledger, newest first, for whoever owns the data folder."""
    return ledger.submissions(store.cursor())


def template(dataset: str) -> bytes:
    """The template of a dataset: a CSV file with its header and one example row."""
    return templates.template(DATASETS[dataset])


def guide(dataset: str) -> str:
    """The one-page guide of a dataset as Markdown."""
    return templates.guide(DATASETS[dataset])


def read_standing(store: Store, partner_id: str) -> dict[str, Standing]:
    """Dataset -> what the partner has in force of it."""
    return standing.standing(store.cursor(), partner_id)


def effect(store: Store, submission: int) -> Effect:
    """What accepting a checked submission would replace. Raises NotPossible when it was left in the meantime."""
    cur = store.cursor()
    return standing.effect(cur, ledger.submission(cur, submission))


def preview(store: Store, submission: int, viewer: Viewer) -> list[Movement]:
    """How the partner's own figures would move: the submission is accepted, looked at, and rolled back.

    Exact and not yet released, so for the partner that sent it alone; anyone else gets an empty list.
    """
    with store.accepting:
        cur = store.cursor()
        entry = ledger.submission(cur, submission)
        if viewer.partner_id != entry.partner_id:
            return []
        known, choices = indicators(), store.partnership.choices
        before = movement.figures(cur, entry.partner_id, known)
        cur.execute("BEGIN")
        try:
            with following(cur, _change(entry), known.values(), choices):
                ledger.step(cur, submission, "accepted", "")
            after = movement.figures(cur, entry.partner_id, known)
        finally:
            cur.execute("ROLLBACK")
        return movement.movements(before, after)


def reference_pages() -> dict[str, str]:
    """The generated pages of docs/: file name -> text."""
    return reference.pages() | {f"guides/{name}.md": templates.guide(d) for name, d in DATASETS.items()}


def problems(folder: Path) -> list[str]:
    """What is wrong with a data folder: damaged release files, counts that a rebuild would change. Empty: nothing."""
    store = open_partnership(folder)
    try:
        release = releases.current_release(folder)
        found = (
            [f"release {release}: {name} is damaged or missing" for name in releases.damaged(folder, release)]
            if release
            else []
        )
        cur = store.cursor()
        moved = counts.moved_by_refresh(cur, indicators().values(), store.partnership.choices)
        return found + ([f"{moved} counts differ from a rebuild: run `concord refresh`"] if moved else [])
    finally:
        store.close()
