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
from data.ledger.opening.store_faults import UNUSABLE
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from data.releases import edition_files, release_folders, release_ledger
from metrics.composing import closed_counts, composition
from metrics.composing.composition import Groupings
from metrics.composing.definition_versions import definition_versions
from metrics.counting.input_views import PARTNERSHIP
from metrics.disclosure import earlier_releases, suppression
from metrics.disclosure.complementary_suppression import NotProtectable
from metrics.indicators import indicators
from metrics.results import edition_units, editions, published_results, research_edition
from schemas.policy.result_columns import RESULT_KEY
from schemas.policy.viewer import BACKBONE, EVERYONE
from workflow.reading import read_naming, today
from workflow.recovery import recovering

_COUNTS = ["denominator", "numerator", "low", "high", "untold", "expected"]
_STATISTICS = [*_COUNTS, "rate", "unreliable"]


Step = Literal["counting", "hiding", "writing", "checking", "recording"]
LOOKING: tuple[Step, ...] = ("counting", "hiding")
MAKING: tuple[Step, ...] = (*LOOKING, "writing", "checking", "recording")


class Basis(NamedTuple):
    """What a release rests on: the last step of the ledger that it knows of, how many errata are approved, and up to
    which day it closes."""

    last_event: int
    errata: int
    closes: dt.date | None


@dataclass(frozen=True)
class Composed:
    """A release that is worked out: its exact results, how they are grouped, what it closes (the counts
    kept of it), and what it rests on. `cur` reads it, inside the transaction that made it."""

    cur: duckdb.DuckDBPyConnection
    exact: pl.DataFrame
    by: Groupings
    closed: dict[str, pl.DataFrame]
    basis: Basis


def unheard(step: Step) -> None:
    """For who does not ask how far a release is."""


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
) -> int:
    """Make a release of the current rows: both editions on disk, the dashboards moved on, the pointer swapped.

    With `closing` it closes every quarter whose close day has passed. A release that follows an acceptance by itself
    closes nothing: or the first file of a history would close it before the second is there.

    It shows the ledger as it was at one moment. Uploads go on meanwhile; only what is accepted waits, once a quarter,
    while a release closes days: whether a row is late must not hang on a second. `heard` is told each step. Raises
    NotPossible when it would give small numbers away, or does not rest on what was looked at (`as_seen`); nothing of
    it is left then, and the release before stays.
    """
    with store.releasing:
        cur, at = store.cursor(), store.now()
        closes = quarters_due(store) if closing else None
        closes_more = closes is not None and closes > closed_counts.closing_to(cur, None)
        with store.accepting:
            release = release_ledger.announce(cur, actor, at)
        try:
            with store.accepting if closes_more else nullcontext():
                made = _written(store, release, closes, as_seen, heard)
                settings = store.partnership.model_dump_json()
                heard("recording")
                with store.accepting, transaction(cur):
                    published_results.keep_release(cur, release, made.exact)
                    composition.keep_groupings(cur, made.by)
                    closed_counts.keep(cur, release, made.closed)
                    closed_quarters.close(cur, release, made.basis.closes)
                    earlier_releases.remember(cur, release, _policy(store))
                    published_results.drop_old(cur, release)
                    release_ledger.record(cur, release, actor, at, made.basis.last_event, settings)
                    release_ledger.record_removals(cur, store.partnership.policy.keep_releases, at)
        except BaseException:
            _undo(store, cur, release)
            raise
        release_folders.point(store.folder, release)
        recovering.remove_old(store)
        return release


def _undo(store: Store, cur: duckdb.DuckDBPyConnection, release: int) -> None:
    """Leave nothing of a release that was not recorded. Where even this cannot be written, the next start does it."""
    with suppress(*UNUSABLE):
        if release not in release_ledger.made(cur):
            release_folders.remove(store.folder, release)
            release_ledger.give_up(cur, release)


def _policy(store: Store) -> str:
    return suppression.policy(store.partnership.policy.smallest_cell)


def _written(
    store: Store, release: int, closes: dt.date | None, as_seen: Basis | None, heard: Callable[[Step], None]
) -> Composed:
    """Write a release's files, unless it would not be the one that was looked at."""
    with composed(store, release, closes, heard, as_seen) as made:
        heard("writing")
        _write_files(store, made.cur, release, heard)
        return made


@contextmanager
def composed(
    store: Store, release: int, closes: dt.date | None, heard: Callable[[Step], None], as_seen: Basis | None = None
) -> Iterator[Composed]:
    """Work a release out.

    All of it is read in one transaction, which sees the store as it is now and changes nothing in it: the release's
    own figures are read from a table in memory that stands before the store's. Raises NotPossible.
    """
    cur = store.cursor()
    cur.execute("BEGIN")
    try:
        basis = basis_of(cur, closes)
        if as_seen not in (None, basis):
            raise NotPossible("a file was accepted or withdrawn, or a day passed, since you looked. Look again")
        heard("counting")
        before = earlier_releases.read_earlier(cur, release, _policy(store))
        by = composition.groupings(cur, store.partnership, indicators(), closes)
        exact = _composed(store, cur, before, by, closes, heard)
        cur.execute("CREATE TEMP TABLE released AS FROM released LIMIT 0")
        published_results.keep_release(cur, release, exact)
        yield Composed(cur, exact, by, closed_counts.waiting(cur), basis)
    finally:
        with suppress(duckdb.Error):
            cur.execute("ROLLBACK")
        cur.close()


def basis_of(cur: duckdb.DuckDBPyConnection, closes: dt.date | None) -> Basis:
    """What a release rests on that is made now."""
    approved = sum(e.approved_at is not None for e in closed_quarters.errata(cur))
    return Basis(release_ledger.last_event(cur), approved, closes)


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


def _write_files(store: Store, cur: duckdb.DuckDBPyConnection, release: int, heard: Callable[[Step], None]) -> None:
    known, settings = indicators(), store.partnership
    # Research rows hold who sent them: partners stand there under their own ids, as backbone staff see them.
    of_research = read_naming(store, BACKBONE)
    editions.set_tables(cur, settings, known, release, read_naming(store, EVERYONE), of_research)
    research_edition.set_partners(cur, of_research)
    research_edition.set_declared(cur, pseudonyms.declared_hospitals(store.partnership, store.key))
    edition_units.set_unit_rows(cur, known, settings.choices)
    shared = [_table(t) for t in editions.shared_edition()]
    both = editions.shared_edition(named=True), research_edition.research_edition()
    tables = {"shared": shared, "research": [_table(t) for part in both for t in part]}
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
        if found := audit(store, cur, release, folder / "shared.duckdb", changed_only=True):
            raise NotPossible(f"no release was made: {_first(found)}")

    edition_files.write_files(cur, store.folder, release, tables, about, check)


def _table(table: editions.EditionTable) -> edition_files.Table:
    return edition_files.Table(table.name, table.queries, table.meaning, table.columns, table.view)


def audit(
    store: Store, cur: duckdb.DuckDBPyConnection, release: int, shared: Path, *, changed_only: bool = False
) -> list[str]:
    """What is wrong with a release as it was written into its shared edition; in words, without a value.

    The file is read back: a figure that is hidden must be so in all its statistics, and no reader of the file, with
    what earlier releases showed and with its own figures, may bound a hidden count too narrowly.
    """
    exact = published_results.exact_results(cur, release)
    naming = read_naming(store, EVERYONE)
    with duckdb.connect(str(shared), read_only=True) as con:
        written = con.execute("SELECT * FROM results").pl()
    written = written.with_columns(pl.col("scope").replace({naming.shown(p): p for p in naming.ids}))
    to_show = exact.filter(~pl.col("folded"))
    to_show = to_show if naming.figures else to_show.filter(pl.col("scope") == PARTNERSHIP)
    if faults := _faults(to_show, written):
        return faults
    as_written = written.select(*RESULT_KEY, as_written="suppressed")
    # Partners' figures that the file leaves out are taken as shown where they may be: those who sent them know them.
    cells = (
        exact.filter("closed")
        .join(as_written, on=RESULT_KEY, how="left")
        .with_columns(suppressed=pl.coalesce("as_written", "suppressed"))
    )
    cells = cells.drop("as_written")
    before = earlier_releases.read_earlier(cur, release, _policy(store))
    found = suppression.leaks(cells, store.partnership.policy.smallest_cell, before, changed_only=changed_only)
    return [str(leak) for leak in found]


def _faults(exact: pl.DataFrame, written: pl.DataFrame) -> list[str]:
    """Rows that are not as the store holds them, or hidden but in part."""
    both = exact.join(written, on=RESULT_KEY, how="full", coalesce=True, suffix="_written")
    shown, is_open = ~pl.col("suppressed_written"), ~pl.col("closed")
    counts = pl.any_horizontal(pl.col(f"{c}_written").is_not_null() for c in _COUNTS)
    whole = pl.when(pl.col("numerator").is_null()).then(1.0).otherwise(0.01)
    rounded = (pl.col("rate") / whole - (pl.col("rate_written") / whole).round()).abs() < 0.500001
    exactly = ((pl.col("rate_written") / whole) - (pl.col("rate_written") / whole).round()).abs() < 1e-9
    stated = pl.any_horizontal(pl.col(f"{c}_written").is_not_null() for c in _STATISTICS)
    other = pl.any_horizontal(pl.col(f"{c}_written").ne_missing(pl.col(c)) for c in _STATISTICS)
    wrong = {
        "rows are not those of the store": pl.col("suppressed").is_null() | pl.col("suppressed_written").is_null(),
        "hidden figures have a statistic": ~shown & stated,
        "figures differ from the store's": shown & ~is_open & other,
        "figures of open periods are not rounded": shown & is_open & (counts | ~(rounded & exactly).fill_null(True)),
    }
    counted = {words: both.filter(condition).height for words, condition in wrong.items()}
    return [f"{number:,} {words}" for words, number in counted.items() if number]


def _first(found: list[str]) -> str:
    more = " (and others)" if len(found) > 1 else ""  # the audit does not look for all
    return f"a small number would be revealed: {found[0]}{more}"


def audit_current(store: Store) -> list[str]:
    """The audit of the release that the dashboards show; nothing before the first."""
    release = release_folders.current_release(store.folder)
    path = release_folders.edition_path(store.folder, release, "shared") if release else None
    if release is None or path is None or not path.exists():
        return []
    return [f"release {release}: {fault}" for fault in audit(store, store.cursor(), release, path)]
