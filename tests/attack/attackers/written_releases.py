"""Releases as their shared editions were written, with the exact rows of the store: for the judge of an attack."""

import duckdb
import polars as pl

from data.ledger.store import Store
from data.releases.release_folders import current_release, edition_path
from metrics.results import published_results
from schemas.policy.viewer import EVERYONE
from tests.attack.attackers.attacker import Release
from workflow.reading import read_naming


def written(store: Store, number: int | None = None) -> Release:
    """A release as its shared edition was written, with the exact rows of the store."""
    number = number or current_release(store.folder)
    assert number
    naming = read_naming(store, EVERYONE)
    with duckdb.connect(str(edition_path(store.folder, number, "shared")), read_only=True) as con:
        rows = con.execute("SELECT * FROM results").pl()
    rows = rows.with_columns(pl.col("scope").replace({naming.shown(p): p for p in naming.ids})).filter("closed")
    exact = published_results.exact_results(store.cursor(), number).filter("closed", ~pl.col("folded"))
    return Release(adding_up(rows), adding_up(exact))


def adding_up(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the sum over partners as everyone, where a total of everyone once stands beside it."""
    same, each = ["indicator", "scope", "period_kind", "period_end"], pl.col("stratifier") == "at_each_partner"
    beside = each.any().over(same) & (pl.col("stratifier") == "all")
    name = pl.when(each).then(pl.lit("all")).when(beside).then(pl.lit("once")).otherwise("stratifier")
    return rows.with_columns(stratifier=name)
