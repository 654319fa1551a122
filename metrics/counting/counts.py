"""Counts: unit rows added up per indicator, scope, period and stratum.

`counts` holds, besides the figures, the number excluded for each reason (stratifier 'exclusion'). Of a mean it holds
the total and the sum of squares in place of a numerator: decimals, so that they follow a change exactly. `untold` is
how many of the numerator might not be in it, were all facts known (null where an indicator has no such facts).
`expected` is the sum of the probabilities that came with the units that count, `expected_units` how many of these had
one.
"""

from collections.abc import Callable, Iterable, Sequence

import duckdb

from metrics.counting import counted_by
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import WITH_PEOPLE, hide, set_choices, set_periods, show
from metrics.counting.people_of_scopes import set_people
from metrics.counting.periods import Period, periods_between
from metrics.counting.tally import SUMS, tally
from metrics.counting.touched_people import ALL_PEOPLE, Extent
from schemas.policy.partnership import Choices

_KEY = "indicator, owner, period_kind, period_start, period_end, stratifier, category"


def unheard() -> None:
    """For who does not ask how far the counting is."""


def refresh_all(cur: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], choices: Choices) -> None:
    """Work all counts out again from the current rows."""
    every = list(indicators)
    begin(cur, choices)
    cur.execute("DELETE FROM counts")
    for alike in by_main(every):
        add_everyone(cur, alike, wanted_periods(cur, alike[0]))
    merge(cur)
    counted_by.keep(cur, every, choices)


def begin(cur: duckdb.DuckDBPyConnection, choices: Choices) -> None:
    """Every count that moves goes into `delta`, to be folded into `counts` at the end."""
    set_choices(cur, choices)
    cur.execute("CREATE OR REPLACE TEMP TABLE delta AS FROM counts LIMIT 0")


def by_main(indicators: Iterable[Indicator]) -> list[list[Indicator]]:
    """Indicators that share a main dataset share their periods, and so the same views."""
    groups: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        groups.setdefault(indicator.main, []).append(indicator)
    return list(groups.values())


def wanted_periods(cur: duckdb.DuckDBPyConnection, indicator: Indicator) -> list[Period]:
    """The periods that the indicator's main dataset, as covered now, can fill."""
    row = cur.execute("SELECT min(from_day), max(to_day) FROM coverage WHERE dataset = ?", [indicator.main]).fetchone()
    return periods_between(*row) if row and row[0] else []


def datasets(indicators: Iterable[Indicator]) -> frozenset[str]:
    """The datasets with people that the indicators read."""
    return frozenset(name for i in indicators for name in i.reach) & WITH_PEOPLE


def add_everyone(
    cur: duckdb.DuckDBPyConnection,
    indicators: Sequence[Indicator],
    periods: list[Period],
    heard: Callable[[], None] = unheard,
) -> None:
    """Put everyone's counts of the indicators over these periods into `delta`."""
    if periods:
        set_people(cur, ALL_PEOPLE, datasets(indicators))
        add(cur, indicators, periods, ALL_PEOPLE, heard=heard)


def add(
    cur: duckdb.DuckDBPyConnection,
    indicators: Sequence[Indicator],
    periods: list[Period],
    extent: Extent,
    sign: int = 1,
    heard: Callable[[], None] = unheard,
) -> None:
    """Put the counts of the extent's people, all scopes, into `delta`; sign -1 takes them away. Needs `set_people`.

    `heard` is told of each indicator that is counted."""
    names = datasets(indicators)
    set_periods(cur, periods)
    show(cur, extent, names)
    for indicator in indicators:
        if _can_have_units(cur, indicator, extent):
            cur.execute(
                f"""INSERT INTO delta SELECT {_KEY}, {", ".join(f"{sign} * {c}" for c in SUMS)}
                    FROM ({tally(indicator)}) WHERE denominator <> 0"""
            )
        heard()
    hide(cur)


def _can_have_units(cur: duckdb.DuckDBPyConnection, indicator: Indicator, extent: Extent) -> bool:
    """Whether the extent has any row that may make a unit: of the roster, or of a dataset beside `patients`.

    Before somebody's first file there is none, and planning the query alone takes 70 ms of processor time.
    """
    return indicator.roster or any(
        cur.execute(f"SELECT 1 FROM {extent.source(name)} LIMIT 1").fetchall()
        for name in sorted(datasets([indicator]) - {"patients"})
    )


def merge(cur: duckdb.DuckDBPyConnection) -> None:
    """Fold `delta` into `counts`, rewriting only the keys that move."""
    sums = ", ".join(f"sum({c}) AS {c}" for c in SUMS)
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE moved AS SELECT {_KEY}, {sums} FROM delta GROUP BY ALL
        HAVING {" OR ".join(f"sum({c}) <> 0" for c in SUMS)}""")
    # What is null on one side (no numerator of a mean) is null on both.
    renewed = ", ".join(f"m.{c} + coalesce(c.{c}, 0) AS {c}" for c in SUMS)
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE renewed AS
        SELECT {_KEY}, {renewed} FROM moved m LEFT JOIN counts c USING ({_KEY})""")
    cur.execute(f"DELETE FROM counts c USING moved m WHERE {' AND '.join(f'c.{k} = m.{k}' for k in _KEY.split(', '))}")
    cur.execute("INSERT INTO counts SELECT * FROM renewed WHERE denominator <> 0 OR numerator <> 0")


def moved_by_refresh(cur: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], choices: Choices) -> int:
    """How many counts a rebuild from scratch would change; nothing is changed."""
    cur.execute("BEGIN")
    try:
        cur.execute("CREATE OR REPLACE TEMP TABLE kept AS FROM counts")
        refresh_all(cur, indicators, choices)
        row = cur.execute(
            "SELECT count(*) FROM ((FROM kept EXCEPT FROM counts) UNION (FROM counts EXCEPT FROM kept))"
        ).fetchone()
        return int(row[0]) if row else 0
    finally:
        cur.execute("ROLLBACK")
