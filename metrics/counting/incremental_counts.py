"""Counts that follow a change of the current rows, at the cost of what the change touches."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import duckdb

from metrics.counting.counts import add, add_everyone, begin, by_main, datasets, merge, wanted_periods
from metrics.counting.declaration import Indicator
from metrics.counting.people_of_scopes import set_people
from metrics.counting.periods import Period
from metrics.counting.touched_people import Extent, gather, gather_anew
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Choices


@dataclass(frozen=True)
class Change:
    """Rows that are about to become current or to be superseded: one partner's dataset within a window of days."""

    partner_id: str
    dataset: str
    first: dt.date | None = None
    last: dt.date | None = None
    submission: int | None = None
    """A submission whose rows are not current yet, to be looked at as well."""


def unheard(done: int, of: int) -> None:
    """For who does not ask how far the counting is."""


@contextmanager
def follow_change(
    cur: duckdb.DuckDBPyConnection,
    change: Change,
    indicators: Iterable[Indicator],
    choices: Choices,
    heard: Callable[[int, int], None] = unheard,
) -> Iterator[None]:
    """Within the block the caller makes rows current or supersedes them; the counts follow, at the cost of the change.

    The people touched are counted as they were before the block (taken away) and as they are after it (added).
    Periods that the block opens are counted for everyone, periods that it closes are dropped. `heard` is told how many
    of how many countings are done: each affected indicator is counted before and after, a new one once.
    """
    affected = [i for i in indicators if change.dataset in i.reach]
    begin(cur, choices)
    before = {i.id: wanted_periods(cur, i) for i in affected}
    every, done = sum(2 if before[i.id] else i.main == change.dataset for i in affected), count(1)

    def one_more() -> None:
        heard(min(next(done), every), every)

    plans = [_plan(cur, change, group, n) for n, group in enumerate(_touched_alike(change, affected))]
    counted = [_take_away(cur, plan, before[plan.indicators[0].id], change, one_more) for plan in plans]
    yield
    after = {i.id: wanted_periods(cur, i) for i in affected}
    for plan, periods in zip(plans, counted, strict=True):
        now = after[plan.indicators[0].id]
        _add_again(cur, plan, [p for p in periods if p in now], change, one_more)
    for alike in by_main(affected):
        name = alike[0].id
        _close(cur, alike, [p for p in before[name] if p not in after[name]])
        add_everyone(cur, alike, [p for p in after[name] if p not in before[name]], one_more)
    merge(cur)


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
    extent: Extent
    patients: str
    """SQL of the patient ids whose rows change."""
    values: tuple[object, ...]
    from_day: dt.date | None
    to_day: dt.date | None


# The first and the last day to which changed rows reach beyond their own: an index stay lies up to 30 days before a
# return (and a transfer the day before), a screen up to 30 days before the help.
_REACHES = {
    "hospital_stays": "min(admitted_on) - 31, max(discharged_on)",
    "food_security": "min(intervention_on) - 30, max(intervention_on)",
}


_FOLLOW_UP = {"hospital_stays": 31, "referrals": 90}
"""Days before the end of the coverage on which a unit hangs on where that end lies: 30 of a stay and the day of a
transfer, 90 of a referral."""


def _plan(cur: duckdb.DuckDBPyConnection, change: Change, group: tuple[Indicator, ...], number: int) -> _Plan:
    extent = Extent(f"touched_{number}")
    dataset = DATASETS[change.dataset]
    mine = """submission IN (SELECT submission FROM submission WHERE partner_id = ? AND dataset = ?)"""
    values: tuple[object, ...] = (change.partner_id, change.dataset)
    if not dataset.starts or change.first is None or change.last is None:
        return _Plan(group, extent, f"SELECT patient_id FROM rows.{dataset.name} WHERE {mine}", values, None, None)
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
    if reach == "all":
        return _Plan(group, extent, patients, values, None, None)
    return _Plan(group, extent, patients, values, first, last if reach == "within" else None)


def _stretched(cur: duckdb.DuckDBPyConnection, change: Change) -> tuple[dt.date, dt.date]:
    """The change's window, stretched over units whose follow-up becomes complete (or incomplete) with it."""
    assert change.first and change.last
    first, last = change.first, change.last
    if change.dataset in _FOLLOW_UP:
        ends = cur.execute(
            "SELECT max(to_day), max(to_day) FILTER (submission <> coalesce(?, -1)) FROM coverage "
            "WHERE partner_id = ? AND dataset = ?",
            [change.submission, change.partner_id, change.dataset],
        ).fetchone()
        # Where the coverage would end without the rows in question lies below what is covered now or by them.
        known = [day for day in (ends or ()) if day]
        low = min([first, *known]) - dt.timedelta(days=_FOLLOW_UP[change.dataset])
        first, last = low, max([last, *known])
    return first, last


def _take_away(
    cur: duckdb.DuckDBPyConnection, plan: _Plan, periods: list[Period], change: Change, heard: Callable[[], None]
) -> list[Period]:
    """Count the touched people as they are before the change, negatively. Returns the periods it can touch."""
    cur.execute(
        f"CREATE OR REPLACE TEMP TABLE {plan.extent.changed} AS SELECT DISTINCT patient_id, ? AS partner_id "
        f"FROM ({plan.patients})",
        [change.partner_id, *plan.values],
    )
    # A person is touched under every identity that one of the changed patients has or had.
    cur.execute(
        f"""CREATE OR REPLACE TEMP TABLE {plan.extent.persons} AS
            SELECT patient_id AS person FROM {plan.extent.changed}
            UNION SELECT person_token FROM rows.patients SEMI JOIN {plan.extent.changed} USING (patient_id)
            WHERE person_token IS NOT NULL"""
    )
    periods = [
        p for p in periods
        if (plan.from_day is None or p.end >= plan.from_day) and (plan.to_day is None or p.start <= plan.to_day)
    ]  # fmt: skip
    if periods:
        _gather_people(cur, plan, periods)
        add(cur, plan.indicators, periods, plan.extent, sign=-1, heard=heard)
    return periods


def _add_again(
    cur: duckdb.DuckDBPyConnection, plan: _Plan, periods: list[Period], change: Change, heard: Callable[[], None]
) -> None:
    """Count the touched people as they are after the change; only what can have changed is read anew."""
    if not periods:
        return
    if change.dataset == "patients":  # tokens and attributes change, and can bring in rows not gathered before
        _gather_people(cur, plan, periods)
    else:
        gather_anew(cur, plan.extent, change.dataset, change.partner_id, *_span(periods))
    add(cur, plan.indicators, periods, plan.extent, heard=heard)


def _gather_people(cur: duckdb.DuckDBPyConnection, plan: _Plan, periods: list[Period]) -> None:
    names = datasets(plan.indicators) | {"patients"}
    gather(cur, plan.extent, names, *_span(periods))
    set_people(cur, plan.extent, names)


def _span(periods: list[Period]) -> tuple[dt.date, dt.date]:
    return min(p.start for p in periods), max(p.end for p in periods)


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
