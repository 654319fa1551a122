"""Making a release, and auditing it: what nobody may work out of the tables is looked for before they are out.

The half of `workflow` that publishes: it composes figures (metrics) and files (data). A release is whole: it is
announced in the ledger; its files are written beside; it is recorded together with its figures and the disclosure
memory, in one transaction; the pointer comes last. What a stop interrupts, `workflow.recovery.recovering`
finishes or undoes.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb
import polars as pl

from data.ledger import closed_quarters, pseudonyms
from data.ledger.deletions import deletion_records
from data.ledger.opening.store_faults import unusable_kinds
from data.ledger.settings import settings_versions
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from data.releases import edition_files, release_carried, release_folders, release_ledger
from data.releases.release_carried import Carried
from metrics.composing import closed_counts, composition, loop_ends
from metrics.composing.composition import Groupings
from metrics.composing.definition_versions import definition_versions
from metrics.disclosure import earlier_releases, suppression
from metrics.disclosure.complementary_suppression import NotProtectable
from metrics.indicators import indicators, shown
from metrics.results import edition_units, editions, partners_left_out, published_results, research_edition
from schemas.policy.viewer import BACKBONE, EVERYONE, SERVER, Viewer
from workflow import accepting
from workflow.access.permitting import require
from workflow.carrying import dashboard_edition, everyones_settings
from workflow.carrying.dashboard_edition import Making
from workflow.governing import agreed_purposes
from workflow.publishing import release_audit, shown_release
from workflow.publishing.shown_release import Under
from workflow.reading import today
from workflow.recovery import backing_up, recovering

Step = Literal["counting", "hiding", "writing", "checking", "recording"]
LOOKING: tuple[Step, ...] = ("counting", "hiding")
MAKING: tuple[Step, ...] = (*LOOKING, "writing", "checking", "recording")


class Basis(NamedTuple):
    """What a release rests on: the last step of the ledger that it knows of, how many errata are approved, up to which
    day it closes, the version of the settings, and how often rows were deleted for good."""

    last_event: int
    errata: int
    closes: dt.date | None
    settings: int
    deletions: int = 0


@dataclass(frozen=True)
class Composed:
    """A release that is worked out: its exact results, how they are grouped, what it closes (the counts
    kept of it), what it rests on, and what it is made under. `cur` reads it, inside the transaction that made it."""

    cur: duckdb.DuckDBPyConnection
    exact: pl.DataFrame
    by: Groupings
    closed: dict[str, pl.DataFrame]
    basis: Basis
    under: Under


def unheard(step: Step) -> None:
    """For who does not ask how far a release is."""


def as_it_is(cur: duckdb.DuckDBPyConnection) -> None:
    """For who looks at what a release would be made of now."""


def quarters_due(store: Store) -> dt.date:
    """The end of the newest quarter that a release closes now."""
    return closed_quarters.due(store.partnership.calendar, today(store.partnership))


def publish(
    store: Store,
    actor: str = "",
    *,
    closing: bool = True,
    as_seen: Basis | None = None,
    heard: Callable[[Step], None] = unheard,
    viewer: Viewer = SERVER,
) -> int:
    """Make a release of the current rows: both editions on disk, the dashboards moved on, the pointer swapped.

    With `closing` it closes every quarter whose close day has passed. A release that follows an acceptance by itself
    closes nothing: or the first file of a history would close it before the second is there.

    It shows the ledger as it was at one moment. Uploads go on meanwhile; only what is accepted waits, once a quarter,
    while a release closes days: whether a row is late must not hang on a second. `heard` is told each step. Raises
    NotPossible when it would give small numbers away, or does not rest on what was looked at (`as_seen`); nothing of
    it is left then, and the release before stays. Raises NotAllowed for who may not make one. A backup follows it,
    where the settings name a folder for them.
    """
    require(viewer, "make_release")
    accepting.withdraw_those_left(store)  # a day may have passed since the store was opened
    with store.releasing:
        cur, at = store.cursor(), store.now()
        closes = quarters_due(store) if closing else None
        closes_more = closes is not None and closes > closed_counts.closing_to(cur, None)
        with store.accepting, transaction(cur):
            release = release_ledger.announce(cur, actor, at)
        try:
            with store.accepting if closes_more else nullcontext():
                made, carries, ends = _written(store, release, at, closes, as_seen, heard)
                settings = made.under.settings.model_dump_json()
                heard("recording")
                with store.accepting, store.changing(cur):
                    published_results.keep_release(cur, release, made.exact)
                    composition.keep_groupings(cur, made.by)
                    closed_counts.keep(cur, release, made.closed)
                    closed_quarters.close(cur, release, made.basis.closes)
                    earlier_releases.remember(cur, release, suppression.policy(store.partnership.policy.smallest_cell))
                    published_results.drop_old(cur, release)
                    loop_ends.keep(cur, ends)
                    release_ledger.record(cur, release, actor, at, made.basis.last_event, settings)
                    release_carried.keep(cur, release, carries)
                    release_ledger.record_removed(cur, agreed_purposes.editions_to_remove(store, cur), at)
                    release_ledger.record_removals(cur, store.partnership.policy.keep_releases, at)
        except BaseException:
            _undo(store, cur, release)
            raise
        release_folders.point(store.folder, release)
        recovering.remove_old(store)
    backing_up.after_release(store)
    return release


def publish_by_policy(store: Store, actor: str) -> int | None:
    """The release that follows an acceptance by itself, where the policy wants it so, whoever accepted; else None."""
    return publish(store, actor, closing=False) if store.partnership.policy.release_on_accept else None


def _undo(store: Store, cur: duckdb.DuckDBPyConnection, release: int) -> None:
    """Leave nothing of a release that was not recorded. Where even this cannot be written, the next start does it."""
    with suppress(*unusable_kinds(encrypted=bool(store.encryption))):
        if release not in release_ledger.made(cur):
            release_folders.remove(store.folder, release)
            with transaction(cur):
                release_ledger.give_up(cur, release)


def _written(
    store: Store,
    release: int,
    at: dt.datetime,
    closes: dt.date | None,
    as_seen: Basis | None,
    heard: Callable[[Step], None],
) -> tuple[Composed, Carried, list[loop_ends.Row]]:
    """Write a release's files, unless it would not be the one that was looked at; what it carries beside its figures,
    and what it keeps of referrals."""
    with composed(store, release, closes, heard, as_seen) as made:
        heard("writing")
        carries = shown_release.carried(store, made.under)
        ends = loop_ends.new_rows(made.cur, release, store.partnership.policy.smallest_cell)
        making = Making(release, at, made.basis.last_event, closes, ends)
        _write_files(store, made.cur, making, made.under, carries, heard)
        return made, carries, ends


@contextmanager
def composed(
    store: Store,
    release: int,
    closes: dt.date | None,
    heard: Callable[[Step], None],
    as_seen: Basis | None = None,
    first: Callable[[duckdb.DuckDBPyConnection], None] = as_it_is,
) -> Iterator[Composed]:
    """Work a release out. `first`: what is changed before, for a look alone: it is rolled back with all else.

    All of it is read in one transaction, which sees the store as it is now and changes nothing in it: the release's
    own figures are read from a table in memory that stands before the store's. Raises NotPossible.
    """
    cur = store.cursor()
    cur.execute("BEGIN")
    try:
        basis = basis_of(cur, closes)
        if as_seen not in (None, basis):
            raise NotPossible("a file, a setting or the day changed since you looked. Look again")
        heard("counting")
        first(cur)
        before = earlier_releases.read_earlier(cur, release, suppression.policy(store.partnership.policy.smallest_cell))
        by = composition.groupings(cur, store.partnership, indicators(), closes)
        exact = _composed(store, cur, before, by, closes, heard)
        cur.execute("CREATE TEMP TABLE released AS FROM released LIMIT 0")
        published_results.keep_release(cur, release, exact)
        yield Composed(cur, exact, by, closed_counts.waiting(cur), basis, shown_release.under_now(store, cur))
    finally:
        with suppress(duckdb.Error):
            cur.execute("ROLLBACK")
        cur.close()


def basis_of(cur: duckdb.DuckDBPyConnection, closes: dt.date | None) -> Basis:
    """What a release rests on that is made now."""
    approved = sum(e.approved_at is not None for e in closed_quarters.errata(cur))
    deleted = len(deletion_records.deletions(cur))
    return Basis(release_ledger.last_event(cur), approved, closes, settings_versions.newest(cur), deleted)


def _composed(
    store: Store,
    cur: duckdb.DuckDBPyConnection,
    before: pl.DataFrame,
    by: Groupings,
    closes: dt.date | None,
    heard: Callable[[Step], None],
) -> pl.DataFrame:
    try:
        return composition.compose(
            cur, store.partnership, indicators(), before, closes, by, before_hiding=lambda: heard("hiding")
        )
    except NotProtectable:
        raise NotPossible(
            "no release was made: with earlier releases at hand, its small numbers could not be hidden"
        ) from None


def _write_files(
    store: Store,
    cur: duckdb.DuckDBPyConnection,
    making: Making,
    under: Under,
    carries: Carried,
    heard: Callable[[Step], None],
) -> None:
    release, known, settings = making.release, shown(cur, under.settings.named_indicators), under.settings
    everyones = everyones_settings.of_everyone(settings, under.naming(store.key, EVERYONE))
    # Research rows hold who sent them: partners stand there under their own ids, as backbone staff see them.
    of_research = under.naming(store.key, BACKBONE)
    editions.set_tables(cur, settings, known, release, under.naming(store.key, EVERYONE), of_research)
    research_edition.set_partners(cur, of_research)
    partners_left_out.set_left_out(cur, [p.id for p in agreed_purposes.not_for(store, "research")])
    research_edition.set_declared(cur, pseudonyms.declared_hospitals(store.partnership, store.key))
    edition_units.set_unit_rows(cur, known, settings.choices)
    shared = [_table(t) for t in editions.shared_edition()]
    both = editions.shared_edition(named=True), research_edition.research_edition()
    research = [_table(t) for part in both for t in part]
    of_pages = dashboard_edition.edition(store, cur, making, everyones, carries)
    tables = {"shared": shared, "research": research, release_folders.DASHBOARDS: of_pages}
    about = {
        "partnership": settings.name,
        "made_at": edition_files.now(),
        "store": str(store.identity),
        **settings.model_dump(mode="json", include={"targets", "target_dates", "policy", "choices"}),
        "versions": definition_versions(cur, known),
        "research_schema": research_edition.SCHEMA_VERSION,
    }

    def check(folder: Path) -> None:
        heard("checking")
        named, smallest = under.naming(store.key, EVERYONE), settings.policy.smallest_cell
        shared = folder / "shared.duckdb"
        key = store.key_of("shared")
        if found := release_audit.audit(cur, release, shared, named, smallest, key, changed_only=True):
            raise NotPossible(f"no release was made: {release_audit.first(found)}")

    edition_files.write_files(cur, store.folder, release, tables, about, check, store.encryption)


def _table(table: editions.EditionTable) -> edition_files.Table:
    return edition_files.Table(table.name, table.queries, table.meaning, table.columns, table.view)
