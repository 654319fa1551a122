"""SQL of an indicator's unit rows, and of the counts that they add up to: over the views of
`metrics.counting.input_views`."""

import re
from collections.abc import Sequence

from metrics.counting.declaration import Indicator, Statistic
from metrics.counting.input_views import APART, LINKED, MERGED, PARTNERSHIP
from metrics.counting.people_of_scopes import ATTRIBUTES
from metrics.counting.strata import AGE, AGE_BAND, ALL, COUNTED, COUNTED_PAIRS, EXCLUSION, JOINED, NOT_REPORTED, PLACE

SUMS = ("denominator", "numerator", "total", "squares", "untold", "expected", "expected_units")


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
    return f"""
        WITH {_small(indicator)},
        every AS MATERIALIZED (
            SELECT *, unnest(owners) AS owner, concat_ws('/', coalesce(zip, ''), coalesce(county_fips, '')) AS {PLACE}
            FROM small JOIN profiles USING (profile) JOIN periods USING (period)),
        named AS MATERIALIZED (FROM every WHERE NOT {_IN_TOTALS_ALONE}),
        totals AS MATERIALIZED (FROM every WHERE {_IN_TOTALS_ALONE})
        {_grouped(indicator.id, "year", [*_WHOLE, *((s,) for s in (*COUNTED, *own))])} UNION ALL
        {_grouped(indicator.id, "year", list(COUNTED_PAIRS))} UNION ALL
        {_grouped(indicator.id, "month", _WHOLE)} {_totals(indicator)}"""


def _small(indicator: Indicator) -> str:
    """SQL of the named part `small`: the unit rows added up by period, profile and what else they are grouped by."""
    if not indicator.by_month:
        return f"small AS MATERIALIZED ({_added_up(indicator)})"
    # A month lies in up to four rolling years and is a period itself. Each unit is added up once, in its month, and
    # then the months: three quarters of the processor time (a million stays).
    months = _added_up(indicator.model_copy(update={"unit_rows": _EACH_PERIOD.sub("months", indicator.unit_rows)}))
    sums = ", ".join(f"sum({name}) AS {name}" for name in ("units", *SUMS))
    kept = "".join(f", {name}" for name in indicator.own_strata)
    return f"""by_month AS MATERIALIZED ({months}),
        small AS MATERIALIZED (
            SELECT p.period, profile, age_band, exclusion_reason{kept}, {sums}
            FROM by_month JOIN months m USING (period) JOIN period_months p USING (month) GROUP BY ALL)"""


_EACH_PERIOD = re.compile(r"\bperiod_months\b")


def _added_up(indicator: Indicator) -> str:
    own = "".join(f"{name}, " for name in indicator.own_strata)
    untold = "count(*) FILTER (untold)" if indicator.untold else "CAST(NULL AS BIGINT)"
    return f"""SELECT period, profile, {AGE_BAND} AS age_band, exclusion_reason, {own}
                count(*) AS units, count(*) FILTER (in_denominator) AS denominator, {_ADDED[indicator.statistic]},
                {untold} AS untold,
                {_EXPECTED[indicator.expected]}
            FROM ({_units(indicator)}) GROUP BY ALL"""


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
