"""Making a release, and auditing it: what nobody may work out of the tables is looked for before they are out.

The half of `workflow` that publishes: it composes figures (metrics) and files (data).
"""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl

from data.ledger import pseudonyms
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from data.releases import release_folders
from metrics.counting.input_views import PARTNERSHIP
from metrics.disclosure import earlier_releases, suppression
from metrics.disclosure.complementary_suppression import NotProtectable
from metrics.indicators import indicators
from metrics.results import composition, editions, published_results, research_edition
from schemas.policy.result_columns import RESULT_KEY
from schemas.policy.viewer import EVERYONE
from workflow.reading import read_naming

_STATISTICS = ["denominator", "numerator", "rate", "low", "high", "unreliable", "untold", "expected"]


def publish(store: Store, actor: str = "") -> int:
    """Make a release of the current rows: both editions on disk, the pointer swapped, the dashboards moved on.

    Raises NotPossible when it would give small numbers away; nothing of it is left then, and the release before stays.
    """
    with store.accepting:
        cur = store.cursor()
        release = release_folders.next_release(cur, store.folder)
        try:
            _write(store, cur, release)
        except BaseException:
            published_results.drop_release(cur, release)
            raise
        with transaction(cur):
            earlier_releases.remember(cur, release, _policy(store))
            published_results.drop_old(cur, release)
            release_folders.record_release(cur, release, actor, store.now())
        return release


def _policy(store: Store) -> str:
    return suppression.policy(store.partnership.policy.smallest_cell)


def _write(store: Store, cur: duckdb.DuckDBPyConnection, release: int) -> None:
    known, before = indicators(), earlier_releases.read_earlier(cur, release, _policy(store))
    try:
        exact = composition.compose(cur, store.partnership, known, before)
    except NotProtectable:
        raise NotPossible(
            "no release was made: with earlier releases at hand, its small numbers could not be hidden"
        ) from None
    with transaction(cur):
        published_results.keep_release(cur, release, exact)
    editions.set_tables(cur, store.partnership, known, release, read_naming(store, EVERYONE))
    research_edition.set_hospitals(cur, pseudonyms.declared_hospitals(store.partnership, store.key))
    shared = [_table(t) for t in editions.shared_edition()]
    both = editions.shared_edition(named=True), research_edition.research_edition(cur, known, store.partnership.choices)
    tables = {"shared": shared, "research": [_table(t) for part in both for t in part]}
    made = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    about = {"partnership": store.partnership.name, "made_at": made.isoformat() + "Z"}

    def check(folder: Path) -> None:
        if found := audit(store, cur, release, folder / "shared.duckdb", changed_only=True):
            raise NotPossible(f"no release was made: {_first(found)}")

    release_folders.write_release(cur, store.folder, release, tables, about, check)


def _table(table: editions.EditionTable) -> release_folders.Table:
    return release_folders.Table(table.name, table.queries, table.meaning, table.columns, table.view)


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
    cells = exact.join(as_written, on=RESULT_KEY, how="left").with_columns(
        suppressed=pl.coalesce("as_written", "suppressed")
    )
    cells = cells.drop("as_written")
    before = earlier_releases.read_earlier(cur, release, _policy(store))
    found = suppression.leaks(cells, store.partnership.policy.smallest_cell, before, changed_only=changed_only)
    return [str(leak) for leak in found]


def _faults(exact: pl.DataFrame, written: pl.DataFrame) -> list[str]:
    """Rows that are not as the store holds them, or hidden but in part."""
    both = exact.join(written, on=RESULT_KEY, how="full", coalesce=True, suffix="_written")
    shown = ~pl.col("suppressed_written")
    stated = pl.any_horizontal(pl.col(f"{c}_written").is_not_null() for c in _STATISTICS)
    other = pl.any_horizontal(pl.col(f"{c}_written").ne_missing(pl.col(c)) for c in _STATISTICS)
    wrong = {
        "rows are not those of the store": pl.col("suppressed").is_null() | pl.col("suppressed_written").is_null(),
        "hidden figures have a statistic": ~shown & stated,
        "figures differ from the store's": shown & other,
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
