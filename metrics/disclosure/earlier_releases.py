"""Every cell of a closed period that earlier releases held, with its counts then, and whether any of them showed it.

A reader keeps old releases. What was hidden in one must not come out through another, and what was shown once cannot be
hidden by hiding it now. A cell with the same counts in several releases is kept once for each unbroken run of them.
"""

import duckdb
import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from schemas.policy.result_columns import RESULT_KEY

TABLE = """CREATE TABLE IF NOT EXISTS earlier (
    indicator VARCHAR, scope VARCHAR, period_kind VARCHAR, period_start DATE, period_end DATE, stratifier VARCHAR,
    category VARCHAR, denominator BIGINT, numerator BIGINT, counts_only BOOLEAN, first_release INTEGER,
    last_release INTEGER, shown BOOLEAN, policy VARCHAR);
ALTER TABLE earlier ADD COLUMN IF NOT EXISTS rung INTEGER DEFAULT 0;
ALTER TABLE earlier ADD COLUMN IF NOT EXISTS part_of VARCHAR"""

_SAME = " AND ".join(
    f"e.{c} IS NOT DISTINCT FROM n.{c}" for c in (*RESULT_KEY, "rung", "denominator", "numerator", "counts_only")
)
_NEW = f"""SELECT {", ".join(RESULT_KEY)}, rung, part_of, denominator, numerator,
    scope <> '{PARTNERSHIP}' AND counts_only_partners > 0 AS counts_only, NOT suppressed AS shown
    FROM released WHERE release = $release AND closed AND NOT folded"""  # of an open period nobody sees a count


def remember(cur: duckdb.DuckDBPyConnection, release: int, policy: str) -> None:
    """Keep the cells of a release that has been published under `policy`. Call it once for each, in order.

    Under another policy than before it begins anew: what was shown cannot be taken back.
    """
    cur.execute(TABLE)
    cur.execute("DELETE FROM earlier WHERE policy <> ?", [policy])
    last = cur.execute("SELECT max(last_release) FROM earlier").fetchall()[0][0]
    cur.execute(f"CREATE OR REPLACE TEMP TABLE newly AS {_NEW}", {"release": release})
    cur.execute(
        f"""UPDATE earlier e SET last_release = $release, shown = e.shown OR n.shown, policy = $policy
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
    """What releases before this one held under `policy`.

    `RESULT_KEY`, rung, part_of, denominator, numerator, counts_only, first and last release of a run, and whether one
    of them showed it.
    """
    cur.execute(TABLE)
    return cur.execute(
        """SELECT * REPLACE (least(last_release, $before - 1) AS last_release) FROM earlier
           WHERE first_release < $before AND policy = $policy""",
        {"before": before, "policy": policy},
    ).pl()
