"""Counts of closed periods: kept when their quarter closes, and read from then on in place of the counts of now.

A period is closed with the quarter of its last day (table `closing`). What was published of it can change by an erratum
alone: not by rows that come later, nor by a choice, a definition or a partner that leaves. Where units lie on one day
each (`MONTHS_ADD_UP`), a year is closed as the sum of its four quarters as each of them stood when it closed: counted
anew, it would differ from its months by the few people that were corrected meanwhile, and so tell of them.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

import duckdb
import polars as pl

from metrics.counting.counts import add, begin, by_main, datasets
from metrics.counting.declaration import Indicator
from metrics.counting.people_of_scopes import set_people
from metrics.counting.periods import DAY, Period
from metrics.counting.touched_people import ALL_PEOPLE
from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP
from schemas.policy.partnership import Choices

KEY = ("indicator", "owner", "period_kind", "period_start", "period_end", "stratifier", "category")
_PERIOD = ["indicator", "scope", "period_kind", "period_start", "period_end"]
_CLOSED = "coalesce((SELECT max(last_day) FROM closing), DATE '0001-01-01')"

CURRENT = f"""(SELECT * EXCLUDE (release) FROM closed_counts
    UNION ALL BY NAME SELECT * FROM counts WHERE period_end > {_CLOSED})"""
"""SQL of the counts that stand: of closed periods those kept, of open ones those of the current rows."""


def closed_to(cur: duckdb.DuckDBPyConnection) -> dt.date | None:
    """The last closed day; None while nothing is closed."""
    return cur.execute("SELECT max(last_day) FROM closing").fetchall()[0][0]


def closing_to(cur: duckdb.DuckDBPyConnection, closes: dt.date | None) -> dt.date:
    """The last day that is closed once a release has closed every day up to `closes`; far in the past when none is."""
    return max(day for day in (closed_to(cur), closes, dt.date.min) if day)


def read_counts(
    cur: duckdb.DuckDBPyConnection, closes: dt.date | None, indicators: dict[str, Indicator], choices: Choices
) -> pl.DataFrame:
    """Columns of `counts`, and `closed`: the counts of a release that closes every day up to `closes`, a quarter's last
    (None: no day).

    What it closes anew waits in temporary tables for `waiting`. An indicator that no closed period has yet is new: its
    past closes with this release.
    """
    known = closed_to(cur)
    until = closing_to(cur, closes)
    cur.execute(
        """CREATE OR REPLACE TEMP TABLE closing_counts AS SELECT * FROM counts
           WHERE period_end <= $until
             AND (period_end > $known OR indicator NOT IN (SELECT indicator FROM closed_counts))""",
        {"until": until, "known": known or dt.date.min},
    )
    cur.execute("CREATE OR REPLACE TEMP TABLE closing_parts AS FROM counts LIMIT 0")
    if until > dt.date.min:
        _add_up(cur, known, until, [i for i in indicators.values() if i.id in MONTHS_ADD_UP], choices)
    return cur.execute(
        """SELECT * EXCLUDE (release), true AS closed FROM closed_counts
           UNION ALL BY NAME SELECT *, true AS closed FROM closing_counts
           UNION ALL BY NAME SELECT *, false AS closed FROM counts WHERE period_end > $until""",
        {"until": until},
    ).pl()


def _add_up(
    cur: duckdb.DuckDBPyConnection,
    known: dt.date | None,
    until: dt.date,
    indicators: Sequence[Indicator],
    choices: Choices,
) -> None:
    """Count the quarters that close anew (at first those alone that later years need), and put the sums of four
    quarters in place of the years that end with one of them."""
    wanted = quarters(known, until) if known else last_quarters(until, 3)
    cur.execute(f"CREATE OR REPLACE TEMP TABLE closing_parts AS {_parts(cur, indicators, wanted, choices)}")
    sums = ", ".join(f"sum({name}) AS {name}" for name in _sums(cur))
    for quarter in wanted if known else ():
        year = {"start": last_quarters(quarter.end, 4)[-1].start, "end": quarter.end}
        cur.execute(
            f"""CREATE OR REPLACE TEMP TABLE added_up AS
                SELECT indicator, owner, period_kind, $start AS period_start, $end AS period_end, stratifier, category,
                    {sums}
                FROM (SELECT * EXCLUDE (release) FROM closed_parts UNION ALL BY NAME FROM closing_parts)
                WHERE period_start >= $start AND period_end <= $end
                  AND indicator IN (SELECT indicator FROM closed_counts) AND NOT list_contains($lacking, stratifier)
                GROUP BY ALL""",
            year | {"lacking": _lacking(cur, year)},
        )
        cur.execute(
            """DELETE FROM closing_counts WHERE period_kind = 'year' AND period_start = $start AND period_end = $end
               AND indicator IN (SELECT indicator FROM added_up)""",
            year,
        )
        cur.execute("INSERT INTO closing_counts BY NAME FROM added_up WHERE denominator <> 0")


def _lacking(cur: duckdb.DuckDBPyConnection, year: dict[str, dt.date]) -> list[str]:
    """Two groupings at once that some of a year's quarters were closed without: an older program did not count them."""
    rows = cur.execute(
        """WITH parts AS (SELECT period_end, stratifier FROM closed_parts UNION ALL FROM (
                SELECT period_end, stratifier FROM closing_parts)),
            inside AS (SELECT DISTINCT * FROM parts JOIN (SELECT $start AS a, $end AS b) ON period_end BETWEEN a AND b)
        SELECT stratifier FROM inside WHERE contains(stratifier, '*')
        GROUP BY stratifier HAVING count(*) < (SELECT count(DISTINCT period_end) FROM inside)""",
        year,
    ).fetchall()
    return [name for (name,) in rows]


def last_quarters(until: dt.date, many: int) -> list[Period]:
    """So many quarters up to the one that ends on `until`, the newest first, each as a period that is counted whole."""
    found: list[Period] = []
    while len(found) < many:
        end = found[-1].start - DAY if found else until
        found.append(Period("year", end.replace(month=end.month - 2, day=1), end))
    return found


def quarters(after: dt.date, until: dt.date) -> list[Period]:
    """The quarters after the one that ends on `after`, up to the one that ends on `until`."""
    many = (until.year - after.year) * 4 + (until.month - after.month) // 3
    return last_quarters(until, many)


def _parts(
    cur: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator], wanted: list[Period], choices: Choices
) -> str:
    """Count quarters in all the strata of a year; SQL of what was counted."""
    begin(cur, choices)
    for alike in by_main(indicators) if wanted else ():
        set_people(cur, ALL_PEOPLE, datasets(alike))
        add(cur, alike, wanted, ALL_PEOPLE)
    return "SELECT * FROM delta"


def _sums(cur: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for name, *_ in cur.execute("DESCRIBE counts").fetchall() if name not in KEY]


def settle_facts(cur: duckdb.DuckDBPyConnection, facts: pl.DataFrame, closes: dt.date | None) -> pl.DataFrame:
    """What is known beside the counts (indicator, scope, period; partners_reporting, counts_only_partners,
    provisional, version), of closed periods as it was when they closed. What closes anew waits for `waiting`."""
    kept = cur.execute("FROM closed_facts").pl()
    waiting = (
        facts.filter(pl.col("period_end") <= closing_to(cur, closes))
        .join(kept, on=_PERIOD, how="anti")
        .select(kept.columns)
    )
    cur.register("closing_rows", waiting.to_arrow())
    cur.execute("CREATE OR REPLACE TEMP TABLE closing_facts AS FROM closing_rows")
    cur.unregister("closing_rows")
    return pl.concat([facts.select(kept.columns).join(kept, on=_PERIOD, how="anti"), kept])


_KEPT = {"closed_counts": "closing_counts", "closed_parts": "closing_parts", "closed_facts": "closing_facts"}


def waiting(cur: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """What a release closes anew, by the table that is to keep it. Needs `read_counts` and `settle_facts`."""
    return {table: cur.execute(f"FROM {name}").pl() for table, name in _KEPT.items()}


def keep(cur: duckdb.DuckDBPyConnection, release: int, closed: dict[str, pl.DataFrame]) -> None:
    """Keep what a release closes (`waiting`). Call it in the transaction that records the release."""
    for table, rows in closed.items():
        cur.register("newly_closed", rows.to_arrow())
        if table == "closed_facts":
            cur.execute("INSERT INTO closed_facts BY NAME FROM newly_closed")
        else:
            cur.execute(f"UPDATE {table} SET release = ? WHERE release IS NULL", [release])  # restated since the last
            cur.execute(f"INSERT INTO {table} BY NAME SELECT *, ? AS release FROM newly_closed", [release])
        cur.unregister("newly_closed")
    newest = cur.execute("SELECT max(period_end) FROM closed_parts").fetchall()[0][0]
    if newest:
        cur.execute("DELETE FROM closed_parts WHERE period_start < ?", [last_quarters(newest, 3)[-1].start])


def restate(cur: duckdb.DuckDBPyConnection, restated: Iterable[Indicator], choices: Choices, closed: dt.date) -> None:
    """Put the counts of now in place of those kept of these indicators, in all closed periods: an erratum.

    Periods whose rows were deleted for good stay as they are.
    """
    indicators = list(restated)
    names = [i.id for i in indicators]
    kept = cur.execute("SELECT max(before) FROM deletion WHERE kind = 'period'").fetchall()[0][0] or dt.date.min
    for table in ("closed_counts", "closed_parts", "closed_facts"):
        cur.execute(f"DELETE FROM {table} WHERE list_contains(?, indicator) AND period_start >= ?", [names, kept])
    cur.execute(
        """INSERT INTO closed_counts BY NAME SELECT * FROM counts
           WHERE list_contains(?, indicator) AND period_end <= ? AND period_start >= ?""",
        [names, closed, kept],
    )
    added = [i for i in indicators if i.id in MONTHS_ADD_UP]
    cur.execute(f"INSERT INTO closed_parts BY NAME {_parts(cur, added, last_quarters(closed, 3), choices)}")
