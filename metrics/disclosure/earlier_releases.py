"""Every cell of a closed period that earlier releases held, with its counts then, and which of them first showed it.

A reader keeps old releases. What was hidden in one must not come out through another, and what was shown once cannot be
hidden by hiding it now. A cell with the same counts in several releases is kept once for each unbroken run of them.
Counts that no table held are kept too (`folded`): what tables held is the sum of them.

The memory says of any release what was public before it, also when later ones have been added.
"""

import duckdb
import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from metrics.grouping.dimensions import of_now
from schemas.policy.result_columns import RESULT_KEY

_SAME = " AND ".join(
    f"e.{c} IS NOT DISTINCT FROM n.{c}" for c in (*RESULT_KEY, "rung", "denominator", "numerator", "counts_only")
)
_NEW = f"""SELECT {", ".join(RESULT_KEY)}, rung, part_of, denominator, numerator, folded,
    scope <> '{PARTNERSHIP}' AND counts_only_partners > 0 AS counts_only,
    CASE WHEN NOT suppressed AND NOT folded THEN release END AS first_shown
    FROM released WHERE release = $release AND closed"""  # of an open period nobody sees a count
_SMALLEST = "split_part({}, ',', 1)"
"""Of a policy (`metrics.disclosure.suppression.policy`) the smallest cell, without the number of the rules."""


def remember(cur: duckdb.DuckDBPyConnection, release: int, policy: str) -> None:
    """Keep the cells of a release that has been published under `policy`. Call it once for each, in order.

    Under another smallest cell than before it begins anew: what was shown cannot be taken back.
    """
    cur.execute(f"DELETE FROM earlier WHERE {_SMALLEST.format('policy')} <> {_SMALLEST.format('?')}", [policy])
    last = cur.execute("SELECT max(last_release) FROM earlier").fetchall()[0][0]
    cur.execute(f"CREATE OR REPLACE TEMP TABLE newly AS {_NEW}", {"release": release})
    cur.execute(
        f"""UPDATE earlier e SET last_release = $release, policy = $policy, folded = e.folded AND n.folded,
                first_shown = coalesce(e.first_shown, n.first_shown)
            FROM newly n
            WHERE e.last_release = $last AND {_SAME}""",
        {"release": release, "last": last, "policy": policy},
    )
    cur.execute(
        f"""INSERT INTO earlier BY NAME SELECT n.*, $release AS first_release, $release AS last_release,
                $policy AS policy FROM newly n
            WHERE NOT EXISTS (SELECT 1 FROM earlier e WHERE e.last_release = $release AND {_SAME})""",
        {"release": release, "policy": policy},
    )


def read_earlier(cur: duckdb.DuckDBPyConnection, before: int, policy: str) -> pl.DataFrame:
    """What releases before this one held under the smallest cell of `policy`.

    `RESULT_KEY`, rung, part_of, denominator, numerator, folded, counts_only, first and last release of a run, `shown`:
    whether one of them showed it, and `settled`: whether it was hidden by the same rules as now.
    """
    held = cur.execute(
        f"""SELECT * EXCLUDE (first_shown) REPLACE (least(last_release, $before - 1) AS last_release),
                coalesce(first_shown < $before, false) AS shown, policy = $policy AS settled FROM earlier
            WHERE first_release < $before AND {_SMALLEST.format("policy")} = {_SMALLEST.format("$policy")}""",
        {"before": before, "policy": policy},
    ).pl()
    names = held.select("stratifier", "rung", "category").unique()
    now = pl.DataFrame([of_now(*row) for row in names.rows()], ["by", "name"], orient="row")
    names = pl.concat([names, now.cast(pl.String)], how="horizontal")
    return held.join(names, on=names.columns[:3], maintain_order="left").with_columns(
        stratifier="by", category="name"
    ).drop("by", "name")  # fmt: skip
