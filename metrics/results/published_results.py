"""The results of a release in the store, and the one road by which anyone reads them.

`metrics.composing.composition` makes them; `published_results` shows them to a viewer.
"""

import duckdb
import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from metrics.results.result_frames import frame
from schemas.policy.partner_naming import Naming
from schemas.policy.result_columns import RESULT_KEY
from schemas.policy.viewer import Viewer


def keep_release(cur: duckdb.DuckDBPyConnection, release: int, results: pl.DataFrame) -> None:
    """Put a release's results into the store, for `published_results`."""
    drop_release(cur, release)
    cur.register("new_results", results.with_columns(release=pl.lit(release, pl.Int32)).to_arrow())
    cur.execute("INSERT INTO released BY NAME SELECT * FROM new_results")
    cur.unregister("new_results")


def drop_release(cur: duckdb.DuckDBPyConnection, release: int) -> None:
    """Take a release that is not to be shown, or was left half made, out of the store."""
    cur.execute("DELETE FROM released WHERE release = ?", [release])


def drop_old(cur: duckdb.DuckDBPyConnection, release: int) -> None:
    """Keep a release and the one before it, for comparison. What older ones showed is kept by
    `metrics.disclosure.earlier_releases`."""
    cur.execute("DELETE FROM released WHERE release < ?", [release - 1])


def exact_results(cur: duckdb.DuckDBPyConnection, release: int) -> pl.DataFrame:
    """The exact results of a release, for its audit and nobody's eyes: columns of `RESULT_COLUMNS`, and counts_only."""
    totals_only = f"scope <> '{PARTNERSHIP}' AND counts_only_partners > 0"
    return frame(cur.execute(f"SELECT *, {totals_only} AS counts_only FROM released WHERE release = ?", [release]))


_HIDDEN = ("denominator", "numerator", "rate", "low", "high", "unreliable", "untold", "expected", "expected_by")
_OPEN = dict.fromkeys(("denominator", "numerator", "low", "high", "untold", "expected", "expected_by"), "NULL") | {
    "rate": "round(rate, CASE WHEN numerator IS NULL THEN 0 ELSE 2 END)"
}
"""What others than its partner see of an open figure: neither counts nor interval, and a rate in whole points (a mean
in whole units)."""
_FILTERS = ("indicator", "scope", "period_kind", "period_end", "stratifier", "category")


def published_results(
    cur: duckdb.DuckDBPyConnection, viewer: Viewer, naming: Naming, release: int, **only: object
) -> pl.DataFrame:
    """The results of a release as `viewer` may see them: the only road to a page, an export or a file.

    `only` narrows by indicator, scope, period_kind, period_end, stratifier or category (a value or a list of them).
    A partner sees its own cells exact; every other hidden cell has null in all its statistics, and every other figure
    of a period that is not closed is rounded, without its counts. Scopes are the ids that
    `naming` shows, those asked for as well; other partners' are left out where it says so.
    """
    if unknown := set(only) - set(_FILTERS):
        raise TypeError(f"not a filter of results: {sorted(unknown)}")
    chosen = {k: v if isinstance(v, list | tuple) else [v] for k, v in only.items() if v is not None}
    if "scope" in chosen:
        chosen["scope"] = [true for scope in chosen["scope"] if (true := naming.true(str(scope)))]
    where = " AND ".join(["release = ?", *(f"list_contains(?, {name})" for name in chosen)])
    # A partner's own months are no secret to it, where it shows others quarters.
    where += " AND (NOT folded OR (coalesce(scope = ?, false) AND period_kind = 'month'))"
    if not naming.figures:
        where += f" AND (scope = '{PARTNERSHIP}' OR coalesce(scope = ?, false))"
    own = [viewer.partner_id] * (1 if naming.figures else 2)
    masked = ", ".join(f"CASE WHEN exact THEN {c} WHEN shown THEN {_OPEN.get(c, c)} END AS {c}" for c in _HIDDEN)
    query = f"""
        SELECT * EXCLUDE (shown, exact, own, folded) REPLACE ({masked}, NOT shown AS suppressed,
            provisional OR NOT closed AS provisional)
        FROM (SELECT *, coalesce(scope = ?, false) AS own, own OR NOT suppressed AS shown,
                own OR (closed AND NOT suppressed) AS exact
              FROM released WHERE {where})"""
    found = frame(cur.execute(query, [viewer.partner_id, release, *map(list, chosen.values()), *own]))
    shown = {scope: naming.shown(scope) for scope in found["scope"].unique()}
    return found.with_columns(pl.col("scope").replace_strict(shown, return_dtype=pl.String)).sort(RESULT_KEY)
