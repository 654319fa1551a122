"""The audit of a release as it was written: nobody may work a hidden figure out of its shared edition."""

from pathlib import Path

import duckdb
import polars as pl

from data.ledger.encryption import database_files
from data.ledger.encryption.encryption_key import FileKey
from data.ledger.store import Store
from data.releases import release_folders
from metrics.counting.input_views import PARTNERSHIP
from metrics.disclosure import earlier_releases, suppression
from metrics.results import published_results
from schemas.policy.partner_naming import Naming
from schemas.policy.result_columns import RESULT_KEY
from schemas.policy.viewer import EVERYONE
from workflow.publishing import shown_release

_COUNTS = ["denominator", "numerator", "low", "high", "untold", "expected", "expected_by"]
_STATISTICS = [*_COUNTS, "rate", "unreliable"]


def audit(
    cur: duckdb.DuckDBPyConnection,
    release: int,
    shared: Path,
    naming: Naming,
    smallest: int,
    key: FileKey | None = None,
    *,
    changed_only: bool = False,
) -> list[str]:
    """What is wrong with a release as it was written into its shared edition; in words, without a value.

    The file is read back: a figure that is hidden must be so in all its statistics, and no reader of the file, with
    what earlier releases showed and with its own figures, may bound a hidden count too narrowly. `naming`: how the
    release shows the partners to everyone. `smallest`: the smallest count that it shows. `key`: what the file is
    encrypted with.
    """
    exact = published_results.exact_results(cur, release)
    with database_files.open_database(shared, key, read_only=True) as con:
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
    before = earlier_releases.read_earlier(cur, release, suppression.policy(smallest))
    found = suppression.leaks(cells, smallest, before, changed_only=changed_only)
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


def first(found: list[str]) -> str:
    more = " (and others)" if len(found) > 1 else ""  # the audit does not look for all
    return f"a small number would be revealed: {found[0]}{more}"


def audit_current(store: Store) -> list[str]:
    """The audit of the release that the dashboards show; nothing before the first."""
    release = release_folders.current_release(store.folder)
    path = release_folders.edition_path(store.folder, release, "shared") if release else None
    if release is None or path is None or not path.exists():
        return []
    under = shown_release.under_then(store, release)
    named, smallest = under.naming(store.key, EVERYONE), under.settings.policy.smallest_cell
    key = store.key_of("shared")
    return [f"release {release}: {fault}" for fault in audit(store.cursor(), release, path, named, smallest, key)]
