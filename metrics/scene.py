"""The scene in which an indicator's query runs: temporary views of the rows in force, for one scope.

Views: `people, readings, events, sent_stays, sent_screens, screens, roster`; tables: `periods, period_months,
reporting, covered, choice`. Each view has `owner` (the partner, or 'partnership') and `person`: in the partnership
scope the rows of every partner that knows a person (same token) belong to that one person.

With a table `touched(person)`, only those people's rows are seen: a refresh costs what a change touches.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from metrics.food import SCREENS
from metrics.periods import Period, diagnosis_by
from schemas.partnership import Choices

PARTNERSHIP = "partnership"


@dataclass(frozen=True)
class Extent:
    """How much of the store a scene shows: everyone, or only the people in `touched` and one partner's own scope."""

    touched: bool = False
    partner_id: str | None = None


def set_choices(cur: duckdb.DuckDBPyConnection, choices: Choices) -> None:
    """Make the one-row table `choice`, a column for each governance choice."""
    values = choices.model_dump()
    columns = ", ".join(f"? AS {name}" for name in values)
    cur.execute(f"CREATE OR REPLACE TEMP TABLE choice AS SELECT {columns}", list(values.values()))


def set_periods(cur: duckdb.DuckDBPyConnection, periods: Iterable[Period]) -> None:
    """Make `periods`, `period_months` (the months of each period) and `reporting` (which partner, in which)."""
    rows = [(p.kind, p.start, p.end, diagnosis_by(p)) for p in periods]
    kinds, starts, ends, middles = zip(*rows, strict=True) if rows else ((), (), (), ())
    cur.register(
        "period_rows",
        pa.table(
            {
                "period_kind": pa.array(kinds, pa.string()),
                "period_start": pa.array(starts, pa.date32()),
                "period_end": pa.array(ends, pa.date32()),
                "diagnosis_by": pa.array(middles, pa.date32()),
            }
        ),
    )
    cur.execute("CREATE OR REPLACE TEMP TABLE periods AS SELECT * FROM period_rows")
    cur.unregister("period_rows")
    cur.execute("""CREATE OR REPLACE TEMP TABLE period_months AS
        SELECT period_kind, period_start, period_end, CAST(m AS DATE) AS month
        FROM (SELECT *, unnest(generate_series(period_start, period_end, INTERVAL 1 MONTH)) AS m FROM periods)""")
    cur.execute("""CREATE OR REPLACE TEMP TABLE reporting AS
        SELECT DISTINCT c.partner_id, c.dataset, p.period_kind, p.period_start, p.period_end
        FROM coverage c JOIN periods p ON c.from_day <= p.period_end AND c.to_day >= p.period_start""")
    cur.execute("""CREATE OR REPLACE TEMP TABLE covered AS
        SELECT partner_id, dataset, max(to_day) AS last_day FROM coverage GROUP BY ALL""")


def set_identity(cur: duckdb.DuckDBPyConnection, extent: Extent) -> None:
    """Make `identity` (patient_id -> person, where a token is known) and, when touched, `touched_patients`."""
    only = (
        "WHERE patient_id IN (SELECT patient_id FROM in_force.patients SEMI JOIN touched ON person_token = person)"
        if extent.touched
        else ""
    )
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE identity AS
        SELECT patient_id, arg_max(person_token, {_LATEST}) AS person
        FROM in_force.patients {only} GROUP BY patient_id HAVING person IS NOT NULL""")
    if extent.touched:
        cur.execute("""CREATE OR REPLACE TEMP TABLE touched_patients AS
            SELECT patient_id FROM identity SEMI JOIN touched USING (person)
            UNION SELECT person FROM touched WHERE person NOT IN (SELECT patient_id FROM identity)""")


_LATEST = 'rank * 4294967296 + "row"'  # the later submission decides; within one, the later row


def set_scope(cur: duckdb.DuckDBPyConnection, scope: str, extent: Extent, since: dt.date | None = None) -> None:
    """Make the views of the scope: 'partner' or 'partnership'. `since` leaves out readings and screens before it.

    A touched scene is small and read by several parts of a query, so its views are tables.
    """
    owner = "r.partner_id" if scope == "partner" else f"'{PARTNERSHIP}'"
    kind = "TABLE" if extent.touched else "VIEW"
    for name, (dataset, columns, day) in _VIEWS.items():
        cur.execute(f"DROP {kind} IF EXISTS temp.{name}")
        late = f"AND {day} >= DATE '{since.isoformat()}'" if since and day else ""
        cur.execute(f"""CREATE TEMP {kind} {name} AS
            SELECT {owner} AS owner, r.partner_id, coalesce(i.person, r.patient_id) AS person, {columns}
            FROM in_force.{dataset} r LEFT JOIN identity i ON i.patient_id = r.patient_id
            WHERE {_shown(scope, extent)} {late}""")
    cur.execute(f"DROP {kind} IF EXISTS temp.people")
    cur.execute(f"CREATE TEMP {kind} people AS {_PEOPLE.format(owner=owner, shown=_shown(scope, extent))}")
    cur.execute("DROP VIEW IF EXISTS temp.screens")
    cur.execute(f"CREATE TEMP VIEW screens AS {SCREENS}")


def drop_scope(cur: duckdb.DuckDBPyConnection, extent: Extent) -> None:
    """Take the views of the scope away again."""
    cur.execute("DROP VIEW IF EXISTS temp.screens")
    for name in (*_VIEWS, "people"):
        cur.execute(f"DROP {'TABLE' if extent.touched else 'VIEW'} IF EXISTS temp.{name}")


def _shown(scope: str, extent: Extent) -> str:
    people = "r.patient_id IN (SELECT patient_id FROM touched_patients)" if extent.touched else "true"
    own = f"r.partner_id = '{extent.partner_id}'" if scope == "partner" and extent.partner_id else "true"
    return f"{people} AND {own}"


# A stay sent again in a later file (still open in the first) counts once, as last sent.
_STAYS = """
r.stay_id, r.partner_id || '/' || coalesce(r.hospital, '') AS hospital, r.admitted_on, r.discharged_on,
r.stay_type, r.disposition, coalesce(r.planned = 'yes', false) AS planned, r.principal_diagnosis,
r.expected_probability,
r.rank"""

_VIEWS = {
    "readings": ("blood_pressure", "r.measured_on, r.systolic, r.diastolic, r.setting", "r.measured_on"),
    "events": ("clinical_events", "r.event, r.starts_on, r.ends_on, r.status", None),
    "sent_stays": ("hospital_stays", _STAYS, None),
    "sent_screens": (
        "food_security",
        "r.screened_on, r.instrument, r.items, r.raw_score, r.result, r.unit, r.intervention_on",
        "coalesce(r.intervention_on, r.screened_on)",  # help for an earlier screen may reach into the periods
    ),
    "roster": ("patients", "r.patient_id", None),
}

_NAMED = "list_filter(races, x -> x NOT IN ('declined', 'unknown', 'hispanic', ''))"

# Race and ethnicity as one grouping: Hispanic or Latino of any race first (OMB 1997 combined format; under SPD-15
# the box "Hispanic or Latino" says the same), then one race alone, then more than one.
_PEOPLE = f"""
SELECT owner, person, birth_date, sex, language, payer, zip, county_fips,
    CASE WHEN ethnicity = 'hispanic' OR list_contains(races, 'hispanic') THEN 'hispanic'
         WHEN len({_NAMED}) > 1 THEN 'more_than_one'
         WHEN len({_NAMED}) = 1 THEN {_NAMED}[1]
         WHEN list_contains(races, 'declined') OR (race IS NULL AND ethnicity = 'declined') THEN 'declined'
         WHEN list_contains(races, 'unknown') OR (race IS NULL AND ethnicity = 'unknown') THEN 'unknown'
    END AS race_ethnicity
FROM (
    SELECT {{owner}} AS owner, coalesce(i.person, r.patient_id) AS person,
        arg_max(coalesce(r.birth_date, make_date(r.birth_year, 7, 1)), {_LATEST}) AS birth_date,
        arg_max(sex, {_LATEST}) AS sex, arg_max(race, {_LATEST}) AS race,
        list_distinct(string_split(coalesce(arg_max(race, {_LATEST}), ''), ';')) AS races,
        arg_max(ethnicity, {_LATEST}) AS ethnicity, arg_max(language, {_LATEST}) AS language,
        arg_max(payer, {_LATEST}) AS payer, arg_max(zip, {_LATEST}) AS zip,
        arg_max(county_fips, {_LATEST}) AS county_fips
    FROM in_force.patients r LEFT JOIN identity i ON i.patient_id = r.patient_id
    WHERE {{shown}} GROUP BY ALL)
"""
