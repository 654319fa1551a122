"""Counts: unit rows added up per indicator, scope, period and stratum; a change costs what it touches.

`counts` holds, besides the figures, the number excluded for each reason (stratifier 'exclusion').
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from metrics.indicator import Indicator
from metrics.periods import Period, periods_between
from metrics.scene import Extent, drop_scope, set_choices, set_identity, set_periods, set_scope
from metrics.strata import ALL, EXCLUSION, NOT_REPORTED, STRATA
from schemas.datasets import DATASETS
from schemas.partnership import Choices

_KEY = "indicator, owner, period_kind, period_start, period_end, stratifier, category"


@dataclass(frozen=True)
class Change:
    """Rows that are about to come in force or to leave it: one partner's dataset within a window of days."""

    partner_id: str
    dataset: str
    first: dt.date | None = None
    last: dt.date | None = None
    submission: int | None = None
    """A submission whose rows are not yet in force, to be looked at as well."""


def unit_rows(indicator: Indicator) -> str:
    """SQL of the unit rows with a column for each stratum (needs the scene's views)."""
    own = "".join(f", u.{name}" for name in indicator.own_strata)
    strata = ", ".join(f"{sql} AS {name}" for name, (_, sql) in STRATA.items())
    return f"""SELECT u.owner, u.partner_id, u.person, u.unit_id, u.period_kind, u.period_start, u.period_end,
        u.in_denominator, u.exclusion_reason, u.in_numerator, u.age, {strata}{own}
        FROM ({indicator.unit_rows}) u LEFT JOIN people p ON p.owner = u.owner AND p.person = u.person"""


def _tally(indicator: Indicator, kind: str) -> str:
    """SQL that adds up unit rows in one pass: years over all strata, months for everyone only."""
    strata = [*STRATA, *indicator.own_strata] if kind == "year" else []
    period = "owner, period_kind, period_start, period_end"
    sets = ", ".join([f"({period})", f"({period}, exclusion_reason)", *(f"({period}, {s})" for s in strata)])
    named = " ".join(f"WHEN grouping({s}) = 0 THEN '{s}'" for s in strata)
    category = " ".join(f"WHEN grouping({s}) = 0 THEN coalesce(CAST({s} AS VARCHAR), '{NOT_REPORTED}')" for s in strata)
    return f"""
        SELECT '{indicator.id}' AS indicator, {period},
            CASE WHEN grouping(exclusion_reason) = 0 THEN '{EXCLUSION}' {named} ELSE '{ALL}' END AS stratifier,
            CASE WHEN grouping(exclusion_reason) = 0 THEN exclusion_reason {category} ELSE '{ALL}' END AS category,
            CASE WHEN grouping(exclusion_reason) = 0 THEN count(*)
                 ELSE count(*) FILTER (in_denominator) END AS denominator,
            count(*) FILTER (in_numerator) AS numerator
        FROM ({unit_rows(indicator) if strata else indicator.unit_rows})
        GROUP BY GROUPING SETS ({sets})
        HAVING grouping(exclusion_reason) = 1 OR exclusion_reason IS NOT NULL"""


def refresh_all(cur: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], choices: Choices) -> None:
    """Work all counts out again from the rows in force."""
    set_choices(cur, choices)
    cur.execute("DELETE FROM counts")
    set_identity(cur, Extent())
    for indicator in indicators:
        _add(cur, [indicator], wanted_periods(cur, indicator), Extent(), "counts", 1)


def wanted_periods(cur: duckdb.DuckDBPyConnection, indicator: Indicator) -> list[Period]:
    """The periods that the indicator's main dataset, as covered now, can fill."""
    row = cur.execute("SELECT min(from_day), max(to_day) FROM coverage WHERE dataset = ?", [indicator.main]).fetchone()
    return periods_between(*row) if row and row[0] else []


def _add(
    cur: duckdb.DuckDBPyConnection,
    indicators: Sequence[Indicator],
    periods: list[Period],
    extent: Extent,
    target: str,
    sign: int,
) -> None:
    """Add (sign 1) or take away (sign -1) the counts of the indicators over these periods, both scopes."""
    for kind in ("year", "month"):
        some = [p for p in periods if p.kind == kind]
        if not some:
            continue
        set_periods(cur, some)
        for scope in ("partner", "partnership"):
            set_scope(cur, scope, extent, min(p.start for p in some))
            for indicator in indicators:
                cur.execute(
                    f"""INSERT INTO {target} SELECT {_KEY}, {sign} * denominator, {sign} * numerator
                        FROM ({_tally(indicator, kind)}) WHERE denominator <> 0"""
                )
            drop_scope(cur, extent)


@contextmanager
def following(
    cur: duckdb.DuckDBPyConnection, change: Change, indicators: Iterable[Indicator], choices: Choices
) -> Iterator[None]:
    """Within the block the caller puts rows in or out of force; the counts follow, at the cost of what changed.

    The people touched are counted as they were before the block (taken away) and as they are after it (added).
    Periods that the block opens are counted for everyone, periods that it closes are dropped.
    """
    affected = [i for i in indicators if change.dataset in i.reach]
    set_choices(cur, choices)
    cur.execute("CREATE OR REPLACE TEMP TABLE delta AS FROM counts LIMIT 0")
    before = {i.id: wanted_periods(cur, i) for i in affected}
    plans = [_plan(cur, change, group) for group in _touched_alike(change, affected)]
    for plan in plans:
        _count_touched(cur, plan, before[plan.indicators[0].id], change, -1)
    yield
    after = {i.id: wanted_periods(cur, i) for i in affected}
    for plan in plans:
        name = plan.indicators[0].id
        _count_touched(cur, plan, [p for p in after[name] if p in before[name]], change, 1)
    _merge(cur)
    for indicator in affected:
        _open_and_close(cur, indicator, before[indicator.id], after[indicator.id])


def _touched_alike(change: Change, affected: list[Indicator]) -> list[tuple[Indicator, ...]]:
    """Indicators for which a change touches the same people in the same periods."""
    groups: dict[tuple, list[Indicator]] = {}
    for i in affected:
        groups.setdefault((i.main, i.reach[change.dataset], i.roster), []).append(i)
    return [tuple(group) for group in groups.values()]


@dataclass(frozen=True)
class _Plan:
    """Indicators that a change touches alike: the same people, the same periods."""

    indicators: tuple[Indicator, ...]
    patients: str
    """SQL of the patient ids whose rows change."""
    values: tuple[object, ...]
    from_day: dt.date | None
    to_day: dt.date | None


def _plan(cur: duckdb.DuckDBPyConnection, change: Change, group: tuple[Indicator, ...]) -> _Plan:
    dataset = DATASETS[change.dataset]
    mine = """submission IN (SELECT submission FROM submission WHERE partner_id = ? AND dataset = ?)"""
    values: tuple[object, ...] = (change.partner_id, change.dataset)
    if not dataset.starts or change.first is None or change.last is None:
        return _Plan(group, f"SELECT patient_id FROM rows.{dataset.name} WHERE {mine}", values, None, None)
    first, last = _stretched(cur, change)
    day = f"coalesce({', '.join(dataset.starts)})"
    patients = f"SELECT patient_id FROM rows.{dataset.name} WHERE {mine} AND {day} BETWEEN ? AND ?"
    values = (*values, first, last)
    if group[0].roster and change.dataset == group[0].main:
        # Who reports decides whose roster counts: all of the partner's people come or go.
        patients += f" UNION ALL SELECT patient_id FROM rows.patients WHERE {mine}"
        values = (*values, change.partner_id, "patients")
    reach = group[0].reach[change.dataset]
    if reach == "since" and change.dataset == "hospital_stays":
        row = cur.execute(
            f"SELECT min(admitted_on) FROM rows.hospital_stays WHERE {mine} AND {day} BETWEEN ? AND ?",
            [change.partner_id, change.dataset, first, last],
        ).fetchone()
        first = min(first, row[0]) - dt.timedelta(days=31) if row and row[0] else first
    return _Plan(group, patients, values, first, last if reach == "within" else None)


def _stretched(cur: duckdb.DuckDBPyConnection, change: Change) -> tuple[dt.date, dt.date]:
    """The change's window, stretched over discharges whose follow-up becomes complete (or incomplete) with it."""
    assert change.first and change.last
    first, last = change.first, change.last
    if change.dataset == "hospital_stays":
        ends = cur.execute(
            "SELECT max(to_day), max(to_day) FILTER (submission <> coalesce(?, -1)) FROM coverage "
            "WHERE partner_id = ? AND dataset = ?",
            [change.submission, change.partner_id, change.dataset],
        ).fetchone()
        # Where the coverage would end without the rows in question lies below what is covered now or by them.
        known = [day for day in (ends or ()) if day]
        low = min([first, *known]) - dt.timedelta(days=31)
        first, last = low, max([last, *known])
    return first, last


def _count_touched(
    cur: duckdb.DuckDBPyConnection, plan: _Plan, periods: list[Period], change: Change, sign: int
) -> None:
    periods = [
        p
        for p in periods
        if (plan.from_day is None or p.end >= plan.from_day) and (plan.to_day is None or p.start <= plan.to_day)
    ]
    if not periods:
        return
    extent = Extent(touched=True, partner_id=change.partner_id)
    # A person is touched under every identity that one of the changed patients has or had.
    cur.execute(
        f"""CREATE OR REPLACE TEMP TABLE touched AS
        WITH changed AS ({plan.patients})
        SELECT patient_id AS person FROM changed
        UNION SELECT person_token FROM rows.patients SEMI JOIN changed USING (patient_id)
        WHERE person_token IS NOT NULL""",
        list(plan.values),
    )
    set_identity(cur, extent)
    _add(cur, plan.indicators, periods, extent, "delta", sign)


def _merge(cur: duckdb.DuckDBPyConnection) -> None:
    """Fold `delta` into `counts`, rewriting only the keys that move."""
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE moved AS
        SELECT {_KEY}, sum(denominator) AS denominator, sum(numerator) AS numerator FROM delta GROUP BY ALL
        HAVING sum(denominator) <> 0 OR sum(numerator) <> 0""")
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE renewed AS
        SELECT {_KEY}, m.denominator + coalesce(c.denominator, 0) AS denominator,
            m.numerator + coalesce(c.numerator, 0) AS numerator
        FROM moved m LEFT JOIN counts c USING ({_KEY})""")
    cur.execute(f"DELETE FROM counts c USING moved m WHERE {' AND '.join(f'c.{k} = m.{k}' for k in _KEY.split(', '))}")
    cur.execute("INSERT INTO counts SELECT * FROM renewed WHERE denominator <> 0 OR numerator <> 0")


def _open_and_close(
    cur: duckdb.DuckDBPyConnection, indicator: Indicator, before: list[Period], after: list[Period]
) -> None:
    """Count periods that are new for everyone; drop those that no coverage fills any more."""
    for period in (p for p in before if p not in after):
        cur.execute(
            "DELETE FROM counts WHERE indicator = ? AND period_kind = ? AND period_start = ? AND period_end = ?",
            [indicator.id, *period],
        )
    new = [p for p in after if p not in before]
    if new:
        set_identity(cur, Extent())
        _add(cur, [indicator], new, Extent(), "counts", 1)


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
