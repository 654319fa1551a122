"""What can be done with a partnership: submit, accept, withdraw, refresh, release, read.

The only module that composes `data` (rows) and `metrics` (figures).
"""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from data import checking, held, ledger, profile, reasons, releases, settings, standing
from data.between import Between
from data.boundaries import Areas, BadBoundaries
from data.calendar import Entry, Facts, Rate, periods, rate
from data.checking import Checked, DateQuestion, Look, Questions, finding_list
from data.column import Reading
from data.comparing import Compared, Kind
from data.continuity import Caution
from data.findings import Refused
from data.intake import Progress, Report, Sending
from data.ledger import NotPossible, Submission, Window
from data.matching import Match
from data.quality import Counted, Known, Quality, Received
from data.source import Place
from data.standing import Effect, Standing
from data.store import Store, forget, open_store, transaction
from metrics import apart, counts, fairness, results, saying, wording
from metrics.coverage import Coverage
from metrics.following import following
from metrics.indicator import Indicator
from metrics.indicators import indicators
from metrics.movement import Figure, Movement
from metrics.reasons import Part, Reasons
from metrics.signal import Signal
from metrics.situation import Situation, beside, difference, situation
from metrics.strata import PAIRS, category_label, stratum_title
from metrics.unusual import Unusual
from preview import Preview, change, preview
from publishing import audit_current, publish
from reads import (
    ReleaseInfo,
    all_submissions,
    current_release,
    guide,
    map_faults,
    read_areas,
    read_arrivals,
    read_between,
    read_calendar,
    read_coverage,
    read_naming,
    read_quality,
    read_results,
    read_standing,
    read_submissions,
    read_unreleased,
    reference_pages,
    template,
    today,
)
from schemas.datasets import DATASETS
from schemas.partnership import DateOrder
from schemas.said import Said

__all__ = [
    "PAIRS",
    "Areas",
    "BadBoundaries",
    "Between",
    "Caution",
    "Checked",
    "Compared",
    "Counted",
    "Coverage",
    "DateQuestion",
    "Effect",
    "Entry",
    "Facts",
    "Figure",
    "Indicator",
    "Kind",
    "Known",
    "Look",
    "Match",
    "Movement",
    "NotPossible",
    "Part",
    "Place",
    "Preview",
    "Progress",
    "Quality",
    "Questions",
    "Rate",
    "Reasons",
    "Received",
    "Refused",
    "ReleaseInfo",
    "Report",
    "Signal",
    "Situation",
    "Standing",
    "Store",
    "Submission",
    "Unusual",
    "Window",
    "all_submissions",
    "apart",
    "beside",
    "category_label",
    "current_release",
    "difference",
    "fairness",
    "finding_list",
    "guide",
    "indicators",
    "periods",
    "preview",
    "publish",
    "rate",
    "read_areas",
    "read_arrivals",
    "read_between",
    "read_calendar",
    "read_coverage",
    "read_naming",
    "read_quality",
    "read_results",
    "read_standing",
    "read_submissions",
    "read_unreleased",
    "reference_pages",
    "saying",
    "situation",
    "stratum_title",
    "template",
    "today",
    "wording",
]


def open_partnership(folder: Path) -> Store:
    """Open the store of a data folder. Raises settings.NotReady or store.StoreInUse, with what to do."""
    partnership = settings.read_settings(folder)
    if unknown := partnership.named_indicators - set(indicators()):
        known = ", ".join(indicators())
        raise settings.NotReady(
            f"concord.toml speaks of an indicator that does not exist: {', '.join(sorted(unknown))}. There are: {known}"
        )
    store = open_store(folder, partnership, settings.read_key(folder))
    store.connection.execute(results.RELEASED)
    held.tidy(store)
    return store


def look(store: Store, place: Place, partner_id: str, told: Progress = lambda size: None) -> list[Look]:
    """The tables in a file and the dataset that each seems to be. Raises Refused when it holds none.

    `told` hears how many bytes of a table were read so far.
    """
    return checking.look(place, {name: read_said(store, partner_id, name) for name in DATASETS}, told)


def count_lines(place: Place) -> int:
    """About how many rows a table has, for a progress bar."""
    return checking.count_lines(place)


def questions(store: Store, looked: Look, dataset: str, partner_id: str) -> Questions:
    """What has to be asked before a table is checked as a dataset. Raises Refused when it has no header."""
    assert looked.source
    order = store.partnership.partner(partner_id).date_order
    return checking.questions(looked.source, DATASETS[dataset], read_said(store, partner_id, dataset), order)


def read_said(store: Store, partner_id: str, dataset: str) -> Said:
    """What the partner has said about how its files of a dataset are to be read."""
    return profile.read_said(store.cursor(), partner_id, dataset)


def keep_said(store: Store, partner_id: str, dataset: str, said: Said, actor: str) -> None:
    """Keep it for the next file. Raises NotPossible for a word that looks like a personal value."""
    with store.accepting:
        profile.keep_said(store.cursor(), partner_id, dataset, said, actor)


def check(
    store: Store,
    place: Place,
    dataset: str,
    partner_id: str,
    *,
    covers: Window | None = None,
    date_order: DateOrder | None = None,
    said: Said | None = None,
    errors: int = 0,
    actor: str = "",
    progress: Progress | None = None,
    at: dt.datetime | None = None,
) -> Checked:
    """Check a file and hold its good rows, counting for nothing yet (see `data.checking.check`).

    `said`: how to read this file; what the partner has said before when it is None. `errors`: how many cells of the
    spreadsheet, whose sheet `place` is, hold an error. Raises KeyError for an
    unknown partner or dataset.
    """
    partner = store.partnership.partner(partner_id)
    if dataset not in DATASETS:
        raise KeyError(f"no dataset is called {dataset!r}; known datasets: {', '.join(DATASETS)}")
    zip_digits = store.partnership.policy.zip_digits
    said = read_said(store, partner_id, dataset) if said is None else said
    reading = Reading(
        today(store.partnership), date_order or partner.date_order, zip_digits, said, limits=store.partnership.limits
    )
    sending = Sending(partner_id, DATASETS[dataset], reading, covers, store.key, _countable(), errors)
    if at is None:  # files of the past are loaded as of their own days
        held.let_lapse(store, partner_id)
    return checking.check(store, place, sending, actor, progress, at or store.now())


def _countable() -> frozenset[str]:
    """Indicators of which a partner can send totals: a mean has none in that file."""
    return frozenset(i.id for i in indicators().values() if i.statistic == "rate")


def accept(
    store: Store, submission: int, *, accept_valid: bool = False, actor: str = "", explained: bool = False
) -> Submission:
    """Put a checked (or withdrawn) submission in force, and let the counts follow, in one transaction.

    Raises NotPossible when it has blocked rows and `accept_valid` was not said, or was left in the meantime; and with
    `explained` (when a person accepts it) also while a warning is neither mended nor justified.
    Accepting what is accepted already changes nothing.
    """
    with store.accepting:
        cur = store.cursor()
        entry = ledger.not_left(cur, submission)
        if entry.state == "accepted":
            return entry
        if entry.rows_blocked and not accept_valid:
            raise NotPossible(
                f"{entry.rows_blocked:,} rows have findings that block them: mend them, or say that only "
                "the good rows shall count"
            )
        if explained and any(w.reason is None for w in reasons.warned(cur, entry)):
            raise NotPossible("a warning has no reason yet: mend it, or say in words why it is right as it is")
        with (
            transaction(cur),
            following(cur, change(entry), indicators().values(), store.partnership.choices),
        ):
            ledger.step(cur, submission, "accepted", actor, store.now())
        return ledger.submission(cur, submission)


def accept_many(store: Store, submissions: Iterable[int], actor: str = "", *, as_checked: bool = False) -> None:
    """Put several checked submissions in force at once and work all counts out once: for a first load.

    `as_checked`: each on the day on which it was checked, for files that came before the ledger was made.
    """
    with store.accepting:
        cur = store.cursor()
        with transaction(cur):
            for number in submissions:
                entry = ledger.not_left(cur, number)
                at = entry.at if as_checked else store.now()
                ledger.step(cur, number, "accepted", actor, at)
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)


def leave(store: Store, submission: int, actor: str = "") -> None:
    """Say no to a checked file: its rows go, its ledger entry stays. Raises NotPossible when it is not checked."""
    with store.accepting, transaction(store.cursor()) as cur:
        held.refuse_unless_checked(cur, submission)
        held.leave(cur, submission, actor, store.now())


def discard(store: Store, submission: int) -> None:
    """Forget a check on which nobody was to decide, as if it had never been. Raises NotPossible as `leave` does."""
    with store.accepting, transaction(store.cursor()) as cur:
        held.refuse_unless_checked(cur, submission)
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
            following(cur, change(entry), indicators().values(), store.partnership.choices),
        ):
            ledger.step(cur, submission, "withdrawn", actor, store.now())
        return ledger.submission(cur, submission)


def refresh(store: Store) -> None:
    """Work all counts out again from the rows in force (needed after a choice or a definition changed)."""
    with store.accepting:
        cur = store.cursor()
        with transaction(cur):
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)


def effect(store: Store, submission: int) -> Effect:
    """What accepting a checked submission would replace. Raises NotPossible when it was left in the meantime."""
    cur = store.cursor()
    return standing.effect(cur, ledger.not_left(cur, submission))


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
        found += map_faults(store)
        found += audit_current(store)
        cur = store.cursor()
        moved = counts.moved_by_refresh(cur, indicators().values(), store.partnership.choices)
        return found + ([f"{moved} counts differ from a rebuild: run `concord refresh`"] if moved else [])
    finally:
        store.close()
