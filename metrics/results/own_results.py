"""A partner's own figures and unit rows, worked out from its own rows alone and for its scope only.

What it costs goes with the size of the partner, not of the partnership; no strata, no partnership's figures.
Everything is made in temporary tables: call it within a transaction that is rolled back.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import duckdb
import polars as pl

from metrics.counting.counts import by_main, datasets, wanted_periods
from metrics.counting.declaration import Indicator, Statistic
from metrics.counting.input_views import hide, set_choices, set_periods, show
from metrics.counting.people_of_scopes import set_people
from metrics.counting.periods import Period
from metrics.counting.touched_people import Extent, gather_partner
from metrics.results.result_frames import frame
from schemas.policy.partnership import Choices

_OWN = Extent("own")


class Count(NamedTuple):
    """A figure of everyone in a period: a rate's numerator, or a mean's total."""

    period: Period
    numerator: int | None
    denominator: int
    total: float | None = None


def set_views(
    cur: duckdb.DuckDBPyConnection,
    partner_id: str,
    indicators: Sequence[Indicator],
    periods: Sequence[Period],
    choices: Choices,
) -> None:
    """Copy what the indicators read in these periods."""
    names = datasets(indicators)
    set_choices(cur, choices)
    gather_partner(cur, _OWN, names, partner_id, min(p.start for p in periods), max(p.end for p in periods))
    set_people(cur, _OWN, names)


def count(
    cur: duckdb.DuckDBPyConnection, partner_id: str, indicators: Sequence[Indicator], choices: Choices
) -> dict[str, list[Count]]:
    """Indicator id -> the partner's figures of all its periods, as they stand in `counts` after an acceptance.

    The views stay set for `unit_rows`.
    """
    wanted = [(alike, wanted_periods(cur, alike[0])) for alike in by_main(indicators)]
    found: dict[str, list[Count]] = {i.id: [] for i in indicators}
    if periods := [p for _, alike_periods in wanted for p in alike_periods]:
        set_views(cur, partner_id, indicators, periods, choices)
    for alike, alike_periods in wanted:
        for indicator in alike if alike_periods else ():
            query = f"""SELECT period_kind, period_start, period_end, {_ADDED[indicator.statistic]},
                count(*) FILTER (in_denominator) AS counted
                FROM ({indicator.unit_rows}) JOIN periods USING (period) GROUP BY ALL HAVING counted > 0"""
            rows = _asked(cur, indicator, alike_periods, query).iter_rows()
            found[indicator.id] = [Count(Period(*row[:3]), row[3], row[5], row[4]) for row in rows]
    return found


def unit_rows(cur: duckdb.DuckDBPyConnection, wanted: Iterable[tuple[Indicator, Period]]) -> dict[str, pl.DataFrame]:
    """Indicator id -> unit rows in the period: unit, counted, reason, amount. Needs `set_views`.

    The amount is what the unit adds: 1 in the numerator of a rate and else 0, or its value to a mean. A person is named
    by the first of its patient ids, which stays when a token is learned later.
    """
    named = f"SELECT person, min(patient_id) AS first_id FROM {_OWN.people}_member_of GROUP BY person"
    found = {}
    for indicator, period in wanted:
        query = f"""SELECT CAST(coalesce(CAST(u.unit_id AS UUID), first_id) AS VARCHAR) AS unit,
            in_denominator AS counted, exclusion_reason AS reason, {_AMOUNT[indicator.statistic]} AS amount
            FROM ({indicator.unit_rows}) u JOIN ({named}) USING (person)"""
        found[indicator.id] = _asked(cur, indicator, [period], query)
    return found


UNIT_OF = {"hospital_stays": "stay_id", "referrals": "referral_id"}
"""Main dataset of an indicator -> the id of its units; of all others a unit is a person, with a patient id."""
_SENT_AS = {"stay_id": "sent_stays", "referral_id": "sent_referrals"}


def unit_rows_by_id(cur: duckdb.DuckDBPyConnection, indicator: Indicator, period: Period) -> pl.DataFrame:
    """Every id of the partner that can name a unit of a rate, as its code: id, unit, counted, reason, met; the
    submission and row that sent the id last. Needs `set_views`.

    `counted`, `reason` and `met` are null where the indicator does not consider it. Ids of one person have one unit.
    """
    unit_id = UNIT_OF.get(indicator.main)
    last = "arg_max(struct_pack(submission := {0}, line := {1}), {0} * 4294967296 + {1})"
    if unit_id:
        known = f"""SELECT {unit_id} AS id, CAST({unit_id} AS VARCHAR) AS unit,
                {last.format("submission", "sent_row")} AS file
            FROM {_SENT_AS[unit_id]} GROUP BY ALL"""
        units = f"SELECT CAST(CAST(unit_id AS UUID) AS VARCHAR) AS unit, u.* FROM ({indicator.unit_rows}) u"
    else:
        known = f"""SELECT patient_id AS id, CAST(any_value(person) AS VARCHAR) AS unit, any_value(file) AS file
            FROM {_OWN.people}_member_of LEFT JOIN (
                SELECT patient_id, {last.format("submission", '"row"')} AS file
                FROM {_OWN.source("patients")} GROUP BY patient_id) USING (patient_id)
            GROUP BY patient_id"""
        units = f"SELECT CAST(person AS VARCHAR) AS unit, u.* FROM ({indicator.unit_rows}) u"
    query = f"""SELECT CAST(id AS VARCHAR) AS id, unit, in_denominator AS counted, exclusion_reason AS reason,
            in_numerator AS met, file.submission AS submission, file.line AS line
        FROM ({known}) LEFT JOIN ({units}) USING (unit)"""
    return _asked(cur, indicator, [period], query)


_ADDED: dict[Statistic, str] = {
    "rate": "count(*) FILTER (in_numerator), CAST(NULL AS DOUBLE)",
    "mean": "CAST(NULL AS BIGINT), CAST(sum(value) AS DOUBLE)",
}
_AMOUNT: dict[Statistic, str] = {"rate": "CAST(in_numerator AS DOUBLE)", "mean": "CAST(value AS DOUBLE)"}


def _asked(cur: duckdb.DuckDBPyConnection, indicator: Indicator, periods: Sequence[Period], query: str) -> pl.DataFrame:
    """The answer to a query over the views in these periods."""
    set_periods(cur, periods)
    show(cur, _OWN, datasets([indicator]))
    answer = frame(cur.execute(query))
    hide(cur)
    return answer
