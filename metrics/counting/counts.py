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
from metrics.counting.declaration import Indicator, Statistic
from metrics.counting.input_views import (
    APART,
    LINKED,
    MERGED,
    PARTNERSHIP,
    WITH_PEOPLE,
    hide,
    set_choices,
    set_periods,
    show,
)
from metrics.counting.people_of_scopes import ATTRIBUTES, set_people
from metrics.counting.periods import Period, periods_between
from metrics.counting.strata import AGE, AGE_BAND, ALL, COUNTED, COUNTED_PAIRS, EXCLUSION, JOINED, NOT_REPORTED, PLACE
from metrics.counting.touched_people import ALL_PEOPLE, Extent
from schemas.policy.partnership import Choices

_KEY = "indicator, owner, period_kind, period_start, period_end, stratifier, category"
SUMS = ("denominator", "numerator", "total", "squares", "untold", "expected", "expected_units")


def unheard() -> None:
    """For who does not ask how far the counting is."""


def unit_rows(indicator: Indicator) -> str:
    """SQL of the unit rows with scope, pseudonym, age, birth year, strata, details and deciding rows (needs the views).

    The scope is a partner's id, or `LINKED` for the units of year totals that count everyone once.
    """
    more = (*indicator.own_strata, *indicator.details, *indicator.deciding)
    own = "".join(f", u.{name}" for name in more)
    linked = "" if indicator.linked != "no" else f"AND owners.owner <> '{LINKED}'"
    return f"""SELECT owners.owner AS scope,
        coalesce(CAST(u.partner_id AS VARCHAR), nullif(p.owner, '{LINKED}')) AS partner_id, p.pseudonym,
        CAST(u.unit_id AS UUID) AS unit_id, period_kind, period_start, period_end,
        u.in_denominator, u.exclusion_reason, {_outcome(indicator)}, u.age, year(p.birth_date) AS born,
        {AGE_BAND} AS age_band, {", ".join(f"p.{name}" for name in ATTRIBUTES)}{own}
        FROM ({_units(indicator)}) u JOIN people p USING (person) JOIN periods USING (period)
        JOIN (SELECT profile, unnest(owners) AS owner FROM profiles) owners ON owners.profile = u.profile
        WHERE owners.owner <> '{PARTNERSHIP}' AND NOT starts_with(owners.owner, '{APART}')
            AND NOT starts_with(owners.owner, '{MERGED}') {linked}"""


def _units(indicator: Indicator) -> str:
    """SQL of the query's unit rows with the profile that names the counts they are in."""
    if indicator.linked == "people":
        return f"SELECT u.*, {AGE} AS age, p.profile FROM ({indicator.unit_rows}) u JOIN people p USING (person)"
    columns = [*_COLUMNS, *_outcomes(indicator), *indicator.own_strata, *indicator.details, *indicator.deciding]
    names = list(dict.fromkeys(columns))
    own = ", ".join(f"u.{name}" for name in names)
    apart = (
        f"SELECT {own}, {AGE} AS age, p.profile FROM units u JOIN people p USING (person) WHERE p.owner <> '{LINKED}'"
    )
    units = f"WITH units AS MATERIALIZED ({indicator.unit_rows})"
    if indicator.linked == "no":
        return f"{units} {apart}"
    # A stay that is no unit of its own when everyone's stays are seen together is part of a transfer: no return of it.
    returns = {
        name: f"CASE WHEN l.unit_id IS NULL THEN false WHEN l.in_denominator THEN l.{name} ELSE u.{name} END AS {name}"
        for name in ("in_numerator", "untold")
    } | {
        name: f"CASE WHEN l.in_denominator THEN l.{name} WHEN l.unit_id IS NOT NULL THEN u.{name} END AS {name}"
        for name in indicator.deciding
    }
    linked = ", ".join(returns.get(name, f"u.{name}") for name in names)
    return f"""{units} {apart} UNION ALL
        SELECT {linked}, {AGE} AS age, p.linked_profile AS profile
        FROM units u JOIN people p USING (person)
        LEFT JOIN (SELECT u.* FROM units u JOIN people p USING (person) WHERE p.owner = '{LINKED}') l
            USING (unit_id, period)
        WHERE p.linked_profile IS NOT NULL AND u.in_denominator"""


_COLUMNS = ("person", "period", "partner_id", "unit_id", "in_denominator", "exclusion_reason", "aged_on")
"""What every query gives."""


def _outcomes(indicator: Indicator) -> tuple[str, ...]:
    """The further columns of an indicator's query that are counted."""
    told = ("untold",) * bool(indicator.untold), ("expected",) * indicator.expected
    return (*(("value",) if indicator.statistic == "mean" else ("in_numerator",)), *told[0], *told[1])


def _outcome(indicator: Indicator) -> str:
    if indicator.statistic == "mean":
        return "CAST(NULL AS BOOLEAN) AS in_numerator, u.value"
    return "u.in_numerator, CAST(NULL AS DECIMAL(18, 1)) AS value"


_ADDED: dict[Statistic, str] = {
    "rate": """count(*) FILTER (in_numerator) AS numerator, CAST(NULL AS DECIMAL(38, 1)) AS total,
        CAST(NULL AS DECIMAL(38, 2)) AS squares""",
    "mean": "CAST(NULL AS BIGINT) AS numerator, sum(value) AS total, sum(value * value) AS squares",
}
_EXPECTED = {
    # Zero and not null where no unit has one: a count that is null on one side only could not follow a change.
    True: """coalesce(sum(expected) FILTER (in_denominator), 0) AS expected,
        count(expected) FILTER (in_denominator) AS expected_units""",
    False: "CAST(NULL AS DECIMAL(38, 4)) AS expected, CAST(NULL AS BIGINT) AS expected_units",
}


def tally(indicator: Indicator) -> str:
    """SQL that adds up unit rows: years over all strata (and by two at once), months for everyone.

    First by profile (all attributes at once), so that the many groupings read thousands of rows, not millions: of 1.8
    million unit rows a twentieth of the processor time where profiles are few, two thirds where all differ.
    """
    own = list(indicator.own_strata)
    untold = "count(*) FILTER (untold)" if indicator.untold else "CAST(NULL AS BIGINT)"
    return f"""
        WITH small AS MATERIALIZED (
            SELECT period, profile, {AGE_BAND} AS age_band, exclusion_reason, {"".join(f"{name}, " for name in own)}
                count(*) AS units, count(*) FILTER (in_denominator) AS denominator, {_ADDED[indicator.statistic]},
                {untold} AS untold,
                {_EXPECTED[indicator.expected]}
            FROM ({_units(indicator)}) GROUP BY ALL),
        every AS MATERIALIZED (
            SELECT *, unnest(owners) AS owner, concat_ws('/', coalesce(zip, ''), coalesce(county_fips, '')) AS {PLACE}
            FROM small JOIN profiles USING (profile) JOIN periods USING (period)),
        named AS MATERIALIZED (FROM every WHERE NOT {_IN_TOTALS_ALONE}),
        totals AS MATERIALIZED (FROM every WHERE {_IN_TOTALS_ALONE})
        {_grouped(indicator.id, "year", [*_WHOLE, *((s,) for s in (*COUNTED, *own))])} UNION ALL
        {_grouped(indicator.id, "year", list(COUNTED_PAIRS))} UNION ALL
        {_grouped(indicator.id, "month", _WHOLE)} {_totals(indicator)}"""


def _totals(indicator: Indicator) -> str:
    if indicator.linked == "no":
        return ""
    return f"UNION ALL {_grouped(indicator.id, 'year', [()], source='totals')}"


_IN_TOTALS_ALONE = f"(owner = '{LINKED}' OR starts_with(owner, '{APART}') OR starts_with(owner, '{MERGED}'))"
_WHOLE: list[tuple[str, ...]] = [(), ("exclusion_reason",)]


def _grouped(name: str, kind: str, strata: Sequence[tuple[str, ...]], source: str = "named") -> str:
    """SQL of the counts by each set of columns; none stands for everyone, `exclusion_reason` for those left out. Who is
    left out for no reason counts, and is no group of those: it alone has no category."""
    period = "owner, period_kind, period_start, period_end"
    sets = ", ".join(f"({', '.join([period, *columns])})" for columns in strata)
    kinds = [columns for columns in strata if columns and columns != ("exclusion_reason",)]
    titles = " ".join(f"WHEN {_by(columns)} THEN '{JOINED.join(columns)}'" for columns in kinds)
    categories = " ".join(f"WHEN {_by(columns)} THEN {_category(columns)}" for columns in kinds)
    # Who counts has no reason to be left out, so only where reasons are asked for can they be read.
    reasons = ("exclusion_reason",) in strata
    left_out = "grouping(exclusion_reason) = 0" if reasons else "false"
    reason = "exclusion_reason" if reasons else "NULL"
    return f"""
        SELECT * FROM (SELECT '{name}' AS indicator, {period},
            CASE WHEN {left_out} THEN '{EXCLUSION}' {titles} ELSE '{ALL}' END AS stratifier,
            CASE WHEN {left_out} THEN {reason} {categories} ELSE '{ALL}' END AS category,
            CASE WHEN {left_out} THEN sum(units) ELSE sum(denominator) END AS denominator,
            sum(numerator) AS numerator, sum(total) AS total, sum(squares) AS squares, sum(untold) AS untold,
            sum(expected) AS expected, sum(expected_units) AS expected_units
        FROM {source} WHERE period_kind = '{kind}' GROUP BY GROUPING SETS ({sets}))
        WHERE category IS NOT NULL"""


def _by(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"grouping({c}) = 0" for c in columns)


def _category(columns: tuple[str, ...]) -> str:
    parts = (f"coalesce(CAST({c} AS VARCHAR), '{NOT_REPORTED}')" for c in columns)
    return f" || '{JOINED}' || ".join(parts)


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
