"""What can be done with a partnership: submit, accept, withdraw, refresh, release, read.

The only module that composes `data` (rows) and `metrics` (figures).
"""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from data import appeals, checking, held, ledger, notes, profile, reasons, releases, settings, standing
from data.appeals import About, Appeal
from data.between import Between
from data.calendar import Entry, Facts, Rate, periods, rate
from data.checking import Checked, DateQuestion, Look, Questions, finding_list
from data.column import Reading
from data.comparing import Compared, Kind
from data.continuity import Caution
from data.findings import Refused
from data.intake import Progress, Report, Sending
from data.ledger import NotPossible, Submission, Window
from data.matching import Match
from data.notes import File, Note
from data.notes import Kind as NoteKind
from data.quality import Counted, Known, Quality, Received
from data.reasons import Warned
from data.source import Place
from data.standing import Effect, Standing
from data.store import Store, forget, open_store, transaction
from data.trail import Line
from metrics import counts, editions, results
from metrics.coverage import Coverage
from metrics.following import following
from metrics.indicator import Indicator
from metrics.indicators import indicators
from metrics.movement import Figure, Movement
from metrics.reasons import Part, Reasons
from metrics.situation import Gap, Situation, beside, difference, situation, widest_gap
from metrics.strata import category_label, stratum_title
from metrics.unusual import Unusual
from preview import Preview, change, preview
from reads import (
    ReleaseInfo,
    all_submissions,
    current_release,
    guide,
    held_until,
    its_business,
    own_submission,
    read_appeals,
    read_arrivals,
    read_between,
    read_calendar,
    read_coverage,
    read_held,
    read_quality,
    read_results,
    read_standing,
    read_submissions,
    read_trail,
    read_unreleased,
    read_used_reasons,
    read_warned,
    reference_pages,
    template,
    today,
)
from schemas.datasets import DATASETS
from schemas.partnership import DateOrder
from schemas.said import Said
from schemas.viewer import Viewer

__all__ = [
    "About",
    "Appeal",
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
    "File",
    "Gap",
    "Indicator",
    "Kind",
    "Known",
    "Line",
    "Look",
    "Match",
    "Movement",
    "NotPossible",
    "Note",
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
    "Situation",
    "Standing",
    "Store",
    "Submission",
    "Unusual",
    "Warned",
    "Window",
    "all_submissions",
    "beside",
    "category_label",
    "current_release",
    "difference",
    "finding_list",
    "guide",
    "held_until",
    "indicators",
    "its_business",
    "periods",
    "preview",
    "rate",
    "read_appeals",
    "read_arrivals",
    "read_between",
    "read_calendar",
    "read_coverage",
    "read_held",
    "read_quality",
    "read_results",
    "read_standing",
    "read_submissions",
    "read_trail",
    "read_unreleased",
    "read_used_reasons",
    "read_warned",
    "reference_pages",
    "situation",
    "stratum_title",
    "template",
    "today",
    "widest_gap",
]


def open_partnership(folder: Path) -> Store:
    """Open the store of a data folder. Raises settings.NotReady or store.StoreInUse, with what to do."""
    store = open_store(folder, settings.read_settings(folder), settings.read_key(folder))
    store.connection.execute(results.RELEASED)
    with transaction(store.cursor()) as cur:
        held.forget_unattended(cur)
    _let_lapse(store)
    return store


def _let_lapse(store: Store, partner_id: str | None = None) -> None:
    """End the waits (of one partner) that have lasted longer than the policy says."""
    now = _now(store)
    before = now - dt.timedelta(days=store.partnership.policy.held_days + 1)
    with store.accepting, transaction(store.cursor()) as cur:
        for number in held.lapsed(cur, before, partner_id):
            held.leave(cur, number, held.LAPSED, now)


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


def _now(store: Store) -> dt.datetime:
    """The present moment (UTC) of the ledger, on the partnership's day."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    return dt.datetime.combine(store.partnership.today, now.time()) if store.partnership.today else now


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
        _let_lapse(store, partner_id)
    return checking.check(store, place, sending, actor, progress, at or _now(store))


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
                entry = ledger.not_left(cur, number)
                at = entry.at if as_checked else _now(store)
                ledger.step(cur, number, "accepted", actor, at)
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)


def leave(store: Store, submission: int, actor: str = "") -> None:
    """Say no to a checked file: its rows go, its ledger entry stays. Raises NotPossible when it is not checked."""
    with store.accepting:
        cur = store.cursor()
        entry = ledger.submission(cur, submission)
        if entry.state != "checked":
            raise NotPossible(f"submission {submission} is {entry.state}: only a checked file can be left")
        with transaction(cur):
            held.leave(cur, submission, actor, _now(store))


def discard(store: Store, submission: int) -> None:
    """Forget a check that nobody was to decide on, as if it had never been. Raises NotPossible when it was accepted."""
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
            following(cur, change(entry), indicators().values(), store.partnership.choices),
        ):
            ledger.step(cur, submission, "withdrawn", actor, _now(store))
        return ledger.submission(cur, submission)


def justify(store: Store, viewer: Viewer, number: int, rule: str, column: str | None, words: str, actor: str) -> None:
    """Say why a warning of a submission is right as it is, once for all its cells of a rule in a column.

    Raises NotPossible when there is no such warning in it, or the words may not be kept (`data.notes.fit`).
    """
    entry = own_submission(store, viewer, number)
    if all(w.place != (rule, column) for w in reasons.warned(store.cursor(), entry)):
        raise NotPossible(f"submission {number} has no such warning")
    _write(store, File.of(entry), "reason", words, actor, rule=rule, column=column)


def comment(store: Store, viewer: Viewer, number: int, words: str, actor: str) -> None:
    """Say something about a submission, for its partner and backbone staff. Raises NotPossible as `justify` does."""
    _write(store, File.of(own_submission(store, viewer, number)), "comment", words, actor)


def appeal(
    store: Store, viewer: Viewer, file: File, about: About, words: str, actor: str,
    *, rule: str | None = None, column: str | None = None,
) -> None:  # fmt: skip
    """Disagree with what was found in a file, or with a figure. Raises NotPossible for anyone but its partner.

    `about`: what is told of a file of which nothing is kept; `rule`: the finding, None for the file as a whole.
    """
    if viewer.partner_id != file.partner_id:
        raise NotPossible("only the partner whose file it is can appeal")
    cur = store.cursor()
    if file.submission is not None:
        file = File.of(own_submission(store, viewer, file.submission))
    with store.accepting:
        appeals.refuse_second(cur, file, rule, column)
        _write(store, file, "appeal", words, actor, rule=rule, column=column, about=about)


def answer_appeal(store: Store, viewer: Viewer, number: int, words: str, actor: str, *, upheld: bool) -> None:
    """Answer an open appeal, as backbone staff. Raises NotPossible for others, or when it is not open.

    Upheld about a warning, it is the reason that the warning needs. Upheld about a file with too many blocked rows, the
    good rows of this very file may be accepted.
    """
    if viewer.role != "backbone":
        raise NotPossible("only backbone staff answer appeals")
    with store.accepting:
        asked = appeals.open_appeal(store.cursor(), number).note
        kind: NoteKind = "upheld" if upheld else "not upheld"
        _write(store, asked.file, kind, words, actor, appeal=number, rule=asked.rule, column=asked.column)


def _write(
    store: Store, file: File, kind: NoteKind, words: str, actor: str,
    *, appeal: int | None = None, rule: str | None = None, column: str | None = None, about: About | None = None,
) -> None:  # fmt: skip
    with store.accepting:
        cur = store.cursor()
        said = notes.fit(cur, words, file.partner_id, store.key)
        with transaction(cur):
            number = notes.write(
                cur, file, kind, said, actor, _now(store), appeal=appeal, rule=rule, column=column
            )  # fmt: skip
            if about:
                appeals.keep_about(cur, number, about)


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
            releases.record_release(cur, release, actor, _now(store))
        return release


def _table(table: editions.EditionTable) -> releases.Table:
    return releases.Table(table.name, table.queries, table.meaning, table.columns, table.view)


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
        cur = store.cursor()
        moved = counts.moved_by_refresh(cur, indicators().values(), store.partnership.choices)
        return found + ([f"{moved} counts differ from a rebuild: run `concord refresh`"] if moved else [])
    finally:
        store.close()
