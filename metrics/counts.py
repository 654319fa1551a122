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
from metrics.scene import (
    ALL_PEOPLE,
    ATTRIBUTES,
    PARTNERSHIP,
    SCOPES,
    WITH_PEOPLE,
    Extent,
    drop_scope,
    gather,
    set_choices,
    set_identity,
    set_periods,
    set_scope,
)
from metrics.strata import AGE_BAND, ALL, EXCLUSION, NOT_REPORTED, STRATA
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
    """SQL of the unit rows with scope, pseudonym, age band and every stratum (needs the scene's views)."""
    own = "".join(f", u.{name}" for name in indicator.own_strata)
    return f"""SELECT unnest(p.owners) AS scope,
        coalesce(CAST(u.partner_id AS VARCHAR), nullif(p.owner, '{PARTNERSHIP}')) AS partner_id, p.pseudonym,
        coalesce(CAST(u.unit_id AS UUID), p.pseudonym) AS unit_id, period_kind, period_start, period_end,
        u.in_denominator, u.exclusion_reason, u.in_numerator, u.age, {AGE_BAND} AS age_band,
        {", ".join(f"p.{name}" for name in ATTRIBUTES)}{own}
        FROM ({indicator.unit_rows}) u JOIN people p USING (person) JOIN periods USING (period)"""


def _tally(indicator: Indicator) -> str:
    """SQL that adds up unit rows: years over all strata, months for everyone only.

    First by profile (all attributes at once), so that the many groupings read thousands of rows, not millions.
    """
    own = list(indicator.own_strata)
    return f"""
        WITH small AS MATERIALIZED (
            SELECT period, profile, {AGE_BAND} AS age_band, exclusion_reason, {"".join(f"{name}, " for name in own)}
                count(*) AS units, count(*) FILTER (in_denominator) AS denominator,
                count(*) FILTER (in_numerator) AS numerator
            FROM ({indicator.unit_rows}) JOIN people USING (person) GROUP BY ALL),
        named AS MATERIALIZED (
            SELECT *, unnest(owners) AS owner FROM small JOIN profiles USING (profile) JOIN periods USING (period))
        {_grouped(indicator.id, "year", [*STRATA, *own])} UNION ALL {_grouped(indicator.id, "month", [])}"""


def _grouped(name: str, kind: str, strata: list[str]) -> str:
    period = "owner, period_kind, period_start, period_end"
    sets = ", ".join([f"({period})", f"({period}, exclusion_reason)", *(f"({period}, {s})" for s in strata)])
    titles = " ".join(f"WHEN grouping({s}) = 0 THEN '{s}'" for s in strata)
    categories = " ".join(
        f"WHEN grouping({s}) = 0 THEN coalesce(CAST({s} AS VARCHAR), '{NOT_REPORTED}')" for s in strata
    )
    return f"""
        SELECT '{name}' AS indicator, {period},
            CASE WHEN grouping(exclusion_reason) = 0 THEN '{EXCLUSION}' {titles} ELSE '{ALL}' END AS stratifier,
            CASE WHEN grouping(exclusion_reason) = 0 THEN exclusion_reason {categories} ELSE '{ALL}' END AS category,
            CASE WHEN grouping(exclusion_reason) = 0 THEN sum(units) ELSE sum(denominator) END AS denominator,
            sum(numerator) AS numerator
        FROM named WHERE period_kind = '{kind}' GROUP BY GROUPING SETS ({sets})
        HAVING grouping(exclusion_reason) = 1 OR exclusion_reason IS NOT NULL"""


def refresh_all(cur: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], choices: Choices) -> None:
    """Work all counts out again from the rows in force."""
    _begin(cur, choices)
    cur.execute("DELETE FROM counts")
    for alike in _by_main(indicators):
        _add(cur, alike, wanted_periods(cur, alike[0]), ALL_PEOPLE)
    _merge(cur)


def _begin(cur: duckdb.DuckDBPyConnection, choices: Choices) -> None:
    """Every count that moves goes into `delta`, to be folded into `counts` at the end."""
    set_choices(cur, choices)
    cur.execute("CREATE OR REPLACE TEMP TABLE delta AS FROM counts LIMIT 0")


def _by_main(indicators: Iterable[Indicator]) -> list[list[Indicator]]:
    """Indicators that share a main dataset share their periods, and so a scene."""
    groups: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        groups.setdefault(indicator.main, []).append(indicator)
    return list(groups.values())


def wanted_periods(cur: duckdb.DuckDBPyConnection, indicator: Indicator) -> list[Period]:
    """The periods that the indicator's main dataset, as covered now, can fill."""
    row = cur.execute("SELECT min(from_day), max(to_day) FROM coverage WHERE dataset = ?", [indicator.main]).fetchone()
    return periods_between(*row) if row and row[0] else []


def _datasets(indicators: Iterable[Indicator]) -> frozenset[str]:
    return frozenset(name for i in indicators for name in i.reach) & WITH_PEOPLE


def _add(
    cur: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator], periods: list[Period], extent: Extent,
    *, sign: int = 1, persons: str | None = None,
) -> None:  # fmt: skip
    """Put the counts of the indicators over these periods, both scopes, into `delta`; sign -1 takes them away."""
    if not periods:
        return
    datasets = _datasets(indicators)
    set_periods(cur, periods)
    set_identity(cur, extent, datasets, persons)
    for scope in SCOPES:
        set_scope(cur, scope, extent, datasets)
        for indicator in indicators:
            cur.execute(
                f"""INSERT INTO delta SELECT {_KEY}, {sign} * denominator, {sign} * numerator
                    FROM ({_tally(indicator)}) WHERE denominator <> 0"""
            )
    drop_scope(cur)


@contextmanager
def following(
    cur: duckdb.DuckDBPyConnection, change: Change, indicators: Iterable[Indicator], choices: Choices
) -> Iterator[None]:
    """Within the block the caller puts rows in or out of force; the counts follow, at the cost of what changed.

    The people touched are counted as they were before the block (taken away) and as they are after it (added).
    Periods that the block opens are counted for everyone, periods that it closes are dropped.
    """
    affected = [i for i in indicators if change.dataset in i.reach]
    _begin(cur, choices)
    before = {i.id: wanted_periods(cur, i) for i in affected}
    plans = [_plan(cur, change, group, n) for n, group in enumerate(_touched_alike(change, affected))]
    counted = [_take_away(cur, plan, before[plan.indicators[0].id]) for plan in plans]
    yield
    after = {i.id: wanted_periods(cur, i) for i in affected}
    for plan, periods in zip(plans, counted, strict=True):
        now = after[plan.indicators[0].id]
        _add_again(cur, plan, [p for p in periods if p in now], change)
    for alike in _by_main(affected):
        name = alike[0].id
        _close(cur, alike, [p for p in before[name] if p not in after[name]])
        _add(cur, alike, [p for p in after[name] if p not in before[name]], ALL_PEOPLE)
    _merge(cur)


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
    touched: str
    """Name of its temporary tables; `<touched>_persons` holds the people."""
    patients: str
    """SQL of the patient ids whose rows change."""
    values: tuple[object, ...]
    from_day: dt.date | None
    to_day: dt.date | None

    @property
    def persons(self) -> str:
        return f"{self.touched}_persons"


# The first and the last day to which changed rows reach beyond their own: an index stay lies up to 30 days before a
# return (and a transfer the day before), a screen up to 30 days before the help.
_REACHES = {
    "hospital_stays": "min(admitted_on) - 31, max(discharged_on)",
    "food_security": "min(intervention_on) - 30, max(intervention_on)",
}


def _plan(cur: duckdb.DuckDBPyConnection, change: Change, group: tuple[Indicator, ...], number: int) -> _Plan:
    touched = f"touched_{number}"
    dataset = DATASETS[change.dataset]
    mine = """submission IN (SELECT submission FROM submission WHERE partner_id = ? AND dataset = ?)"""
    values: tuple[object, ...] = (change.partner_id, change.dataset)
    if not dataset.starts or change.first is None or change.last is None:
        return _Plan(group, touched, f"SELECT patient_id FROM rows.{dataset.name} WHERE {mine}", values, None, None)
    first, last = _stretched(cur, change)
    changed = f"{mine} AND coalesce({', '.join(dataset.starts)}) BETWEEN ? AND ?"
    values = (*values, first, last)
    if dataset.name == "hospital_stays":
        # A stay sent again takes the place of its earlier version, wherever that one lies.
        changed = f"{mine} AND stay_id IN (SELECT stay_id FROM rows.hospital_stays WHERE {changed})"
        values = (change.partner_id, change.dataset, *values)
    if dataset.name in _REACHES:
        low, high = cur.execute(
            f"SELECT {_REACHES[dataset.name]} FROM rows.{dataset.name} WHERE {changed}", list(values)
        ).fetchall()[0]
        first, last = min(first, low or first), max(last, high or last)
    patients = f"SELECT patient_id FROM rows.{dataset.name} WHERE {changed}"
    if group[0].roster and change.dataset == group[0].main:
        # Who reports decides whose roster counts: all of the partner's people come or go.
        patients += f" UNION ALL SELECT patient_id FROM rows.patients WHERE {mine}"
        values = (*values, change.partner_id, "patients")
    reach = group[0].reach[change.dataset]
    return _Plan(group, touched, patients, values, first, last if reach == "within" else None)


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


def _take_away(cur: duckdb.DuckDBPyConnection, plan: _Plan, periods: list[Period]) -> list[Period]:
    """Count the touched people as they are before the change, negatively. Returns the periods it can touch."""
    # A person is touched under every identity that one of the changed patients has or had.
    cur.execute(
        f"""CREATE OR REPLACE TEMP TABLE {plan.persons} AS
            WITH changed AS ({plan.patients})
            SELECT patient_id AS person FROM changed
            UNION SELECT person_token FROM rows.patients SEMI JOIN changed USING (patient_id)
            WHERE person_token IS NOT NULL""",
        list(plan.values),
    )
    periods = [
        p for p in periods
        if (plan.from_day is None or p.end >= plan.from_day) and (plan.to_day is None or p.start <= plan.to_day)
    ]  # fmt: skip
    if periods:
        datasets = _datasets(plan.indicators) | {"patients"}
        _count_touched(cur, plan, periods, -1, datasets)
    return periods


def _add_again(cur: duckdb.DuckDBPyConnection, plan: _Plan, periods: list[Period], change: Change) -> None:
    """Count the touched people as they are after the change; only the changed dataset is read anew."""
    if periods:
        # New tokens can bring in people whose rows were not gathered before.
        anew = _datasets(plan.indicators) | {"patients"} if change.dataset == "patients" else {change.dataset}
        _count_touched(cur, plan, periods, 1, anew)


def _count_touched(
    cur: duckdb.DuckDBPyConnection, plan: _Plan, periods: list[Period], sign: int, anew: Iterable[str]
) -> None:
    extent = Extent(plan.touched)
    gather(cur, extent, anew, min(p.start for p in periods), max(p.end for p in periods), plan.persons)
    _add(cur, plan.indicators, periods, extent, sign=sign, persons=plan.persons)


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


def _close(cur: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], periods: list[Period]) -> None:
    """Drop periods that no coverage fills any more, and what has been taken away from them."""
    for indicator in indicators:
        for period in periods:
            for table in ("counts", "delta"):
                cur.execute(
                    f"""DELETE FROM {table} WHERE indicator = ? AND period_kind = ? AND period_start = ?
                        AND period_end = ?""",
                    [indicator.id, *period],
                )


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
