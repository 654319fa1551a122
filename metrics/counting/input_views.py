"""The scene in which an indicator's query runs: temporary views of the rows in force, both scopes at once.

Views of rows, each with `person` and `partner_id`: `readings, events, sent_stays, sent_screens, screens, roster`.
Also `people` (a row for each person, with birth date and strata), `periods`, `period_months` (the months of each
period), `reporting` (which partner reports which dataset in which period), `covered` (each partner's last day) and
`choice` (one row of governance choices).

`person` is a running number within the scene, `period` one of the periods asked for: whole numbers keep the joins of
millions of rows small, and carry the scope with them. In the scope of partners a person is the person at one partner;
in the partnership's scope the rows of every partner that knows the person (same token) belong to one person. A person
known to one partner alone has the same unit rows in both scopes and is there once (`people.owners` names both); the
rows of a person known to several are there once for each of them and once more for the partnership.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from metrics.counting.food_scores import SCREENS
from metrics.counting.periods import Period, diagnosis_by
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Choices

PARTNERSHIP = "partnership"


@dataclass(frozen=True)
class Extent:
    """How much of the store a scene shows: all of it, or only the people whom a change touches.

    `touched` is what the names of its temporary tables begin with (see `gather`).
    """

    touched: str | None = None

    def source(self, dataset: str) -> str:
        """Where the rows of a dataset are read."""
        return f"temp.{self.touched}_{dataset}" if self.touched else f"in_force.{dataset}"

    @property
    def people(self) -> str:
        """What the names of its tables of people begin with."""
        return self.touched or "everyone"

    @property
    def changed(self) -> str:
        """The table (patient_id, partner_id) of those whose rows change."""
        return f"{self.touched}_changed"

    @property
    def persons(self) -> str:
        """The table (person) of the people touched: tokens, and patient ids of those who have none."""
        return f"{self.touched}_persons"


ALL_PEOPLE = Extent()


def set_choices(cur: duckdb.DuckDBPyConnection, choices: Choices) -> None:
    """Make the one-row table `choice`, a column for each governance choice."""
    values = choices.model_dump()
    columns = ", ".join(f"? AS {name}" for name in values)
    cur.execute(f"CREATE OR REPLACE TEMP TABLE choice AS SELECT {columns}", list(values.values()))


def set_periods(cur: duckdb.DuckDBPyConnection, periods: Iterable[Period]) -> None:
    """Make `periods`, `period_months`, `reporting` and `covered` for these periods and the coverage of now."""
    rows = [(n, p.kind, p.start, p.end, diagnosis_by(p)) for n, p in enumerate(periods)]
    numbers, kinds, starts, ends, middles = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    cur.register(
        "period_rows",
        pa.table(
            {
                "period": pa.array(numbers, pa.int32()),
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
        SELECT *, unnest(generate_series(period_start, period_end, INTERVAL 1 MONTH)) AS month FROM periods""")
    cur.execute("""CREATE OR REPLACE TEMP TABLE reporting AS
        SELECT DISTINCT c.partner_id, c.dataset, p.period
        FROM coverage c JOIN periods p ON c.from_day <= p.period_end AND c.to_day >= p.period_start""")
    cur.execute("""CREATE OR REPLACE TEMP TABLE covered AS
        SELECT partner_id, dataset, max(to_day) AS last_day FROM coverage GROUP BY ALL""")


def gather(
    cur: duckdb.DuckDBPyConnection,
    extent: Extent,
    datasets: Iterable[str],
    since: dt.date,
    until: dt.date,
) -> None:
    """Copy the rows of the touched people into the extent's temporary tables.

    Rows that cannot reach a period between `since` and `until` are left out.
    """
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE {extent.touched}_patient_ids AS
        SELECT person AS patient_id FROM {extent.persons}
        UNION SELECT patient_id FROM in_force.patients WHERE person_token IN (SELECT person FROM {extent.persons})""")
    for name in datasets:
        cur.execute(f"CREATE OR REPLACE TEMP TABLE {extent.touched}_{name} AS {_gathered(extent, name, since, until)}")


def gather_partner(
    cur: duckdb.DuckDBPyConnection,
    extent: Extent,
    datasets: Iterable[str],
    partner_id: str,
    since: dt.date,
    until: dt.date,
) -> None:
    """Copy one partner's own rows into the extent's temporary tables: all that its scope is worked out from."""
    names = sorted({*datasets, "patients"})
    for name in names:
        cur.execute(
            f"""CREATE OR REPLACE TEMP TABLE {extent.touched}_{name} AS SELECT * FROM in_force.{name} r
                WHERE partner_id = ? {_bounds(name, since, until)}""",
            [partner_id],
        )
    met = " UNION ".join(f"SELECT partner_id, patient_id FROM {extent.source(name)}" for name in names)
    cur.execute(f"CREATE OR REPLACE TEMP TABLE {extent.changed} AS {met}")
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE {extent.persons} AS SELECT patient_id AS person FROM {extent.changed}
        UNION SELECT person_token FROM {extent.source("patients")} WHERE person_token IS NOT NULL""")


def gather_anew(
    cur: duckdb.DuckDBPyConnection, extent: Extent, dataset: str, partner_id: str, since: dt.date, until: dt.date
) -> None:
    """Read one partner's rows of a gathered dataset again, after some of them came in force or left it."""
    numbers = cur.execute(
        "SELECT DISTINCT submission FROM coverage WHERE partner_id = ? AND dataset = ?", [partner_id, dataset]
    ).fetchall()
    cur.execute(f"DELETE FROM {extent.touched}_{dataset} WHERE partner_id = ?", [partner_id])
    if numbers:
        # Numbers written out, for DuckDB passes over the blocks that hold none of them.
        mine = f"r.submission IN ({', '.join(str(number) for (number,) in numbers)})"
        cur.execute(f"INSERT INTO {extent.touched}_{dataset} {_gathered(extent, dataset, since, until, mine)}")


def _gathered(extent: Extent, dataset: str, since: dt.date, until: dt.date, condition: str = "true") -> str:
    return f"""SELECT * FROM in_force.{dataset} r SEMI JOIN {extent.touched}_patient_ids USING (patient_id)
        WHERE {condition} {_bounds(dataset, since, until)}"""


def _bounds(dataset: str, since: dt.date, until: dt.date) -> str:
    """SQL that leaves out the rows that cannot reach a period between the two days."""
    first, last = _DATED.get(dataset, (None, None))
    return f"AND {first} <= DATE '{until}' AND {last} >= DATE '{since}'" if first else ""


# First and last day on which a row can matter; rows of other datasets may matter always.
_DATED = {
    "blood_pressure": ("measured_on", "measured_on"),
    # Help for an earlier screen may reach into a period.
    "food_security": ("screened_on", "coalesce(intervention_on, screened_on)"),
}


def _set_identity(cur: duckdb.DuckDBPyConnection, extent: Extent, datasets: Iterable[str]) -> None:
    """Make `identity`: each patient id met in these datasets, its partner, its person (token, else itself), and
    whether the person is known to several partners.

    For a change it holds those met before or after it: whom one side does not meet has no rows there to count, and a
    person called shared who is not counts the same in both scopes.
    """
    met = " UNION ".join(
        f"SELECT partner_id, patient_id FROM {name}"
        for name in [
            *map(extent.source, sorted({*datasets, "patients"})),
            *([extent.changed] if extent.touched else []),
        ]
    )
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE identity AS
        SELECT partner_id, patient_id, coalesce(t.token, patient_id) AS pseudonym
        FROM ({met}) LEFT JOIN (
            SELECT patient_id, arg_max(person_token, {_LATEST}) AS token FROM {extent.source("patients")}
            GROUP BY patient_id) t USING (patient_id)""")
    if extent.touched:  # a patient who had the token of a touched person may be someone else by now
        cur.execute(f"DELETE FROM identity WHERE pseudonym NOT IN (SELECT person FROM {extent.persons})")
    cur.execute("""CREATE OR REPLACE TEMP TABLE identity AS
        SELECT i.*, s.pseudonym IS NOT NULL AS shared FROM identity i LEFT JOIN (
            SELECT pseudonym FROM identity GROUP BY pseudonym HAVING min(partner_id) <> max(partner_id)) s
        ON s.pseudonym = i.pseudonym""")


_LATEST = 'rank * 4294967296 + "row"'  # the later submission decides; within one, the later row


def set_people(cur: duckdb.DuckDBPyConnection, extent: Extent, datasets: Iterable[str]) -> None:
    """Make the extent's tables of people, of both scopes, from everyone met in these datasets."""
    _set_identity(cur, extent, datasets)
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE {extent.people}_member AS
        SELECT CAST(row_number() OVER () AS INTEGER) AS person, owner, pseudonym, shared
        FROM (SELECT DISTINCT partner_id AS owner, pseudonym, shared FROM identity
              UNION ALL SELECT DISTINCT '{PARTNERSHIP}', pseudonym, shared FROM identity WHERE shared)""")
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE {extent.people}_member_of AS
        SELECT i.patient_id, m.person FROM identity i JOIN {extent.people}_member m
        ON m.pseudonym = i.pseudonym AND (m.owner = i.partner_id OR m.owner = '{PARTNERSHIP}')""")
    cur.execute(_PEOPLE.format(people=extent.people, patients=extent.source("patients")))
    cur.execute(f"CREATE OR REPLACE TEMP TABLE {extent.people}_profiles AS SELECT DISTINCT profile, owners, "
                f"{', '.join(ATTRIBUTES)} FROM {extent.people}_people")  # fmt: skip


def show(cur: duckdb.DuckDBPyConnection, extent: Extent, datasets: Iterable[str]) -> None:
    """Make the views of the scene over the extent's people. Needs `set_people`."""
    hide(cur)
    for name in ("people", "profiles"):
        cur.execute(f"CREATE TEMP VIEW {name} AS FROM {extent.people}_{name}")
    for name, (dataset, columns) in _VIEWS.items():
        if dataset in datasets or dataset == "patients":
            cur.execute(f"""CREATE TEMP VIEW {name} AS SELECT m.person, r.partner_id, {columns}
                FROM {extent.source(dataset)} r JOIN {extent.people}_member_of m ON m.patient_id = r.patient_id""")
    if "food_security" in datasets:
        cur.execute(f"CREATE TEMP VIEW screens AS {SCREENS}")


def hide(cur: duckdb.DuckDBPyConnection) -> None:
    """Take the views of the scene away again."""
    for name in ("screens", *_VIEWS, "people", "profiles"):
        cur.execute(f"DROP VIEW IF EXISTS temp.{name}")


# A stay sent again in a later file (still open in the first) counts once, as last sent.
_STAYS = """
r.stay_id, r.partner_id || '/' || coalesce(r.hospital, '') AS hospital, r.admitted_on, r.discharged_on,
r.stay_type, r.disposition, coalesce(r.planned = 'yes', false) AS planned, r.principal_diagnosis,
r.expected_probability, r.rank"""

_VIEWS = {
    "readings": ("blood_pressure", "r.measured_on, r.systolic, r.diastolic, r.setting"),
    "events": ("clinical_events", "r.event, r.starts_on, r.ends_on, r.status"),
    "sent_stays": ("hospital_stays", _STAYS),
    "sent_screens": (
        "food_security",
        "r.screened_on, r.instrument, r.items, r.raw_score, r.result, r.unit, r.intervention_on",
    ),
    "roster": ("patients", "r.patient_id"),
}
WITH_PEOPLE = frozenset(name for name, d in DATASETS.items() if any(c.name == "patient_id" for c in d.columns))

ATTRIBUTES = ("sex", "race_ethnicity", "language", "payer", "zip", "county_fips")

_NAMED = "list_filter(races, x -> x NOT IN ('declined', 'unknown', 'hispanic', ''))"

# Race and ethnicity as one grouping: Hispanic or Latino of any race first (OMB 1997 combined format; under SPD-15
# the box "Hispanic or Latino" says the same), then one race alone, then more than one.
# `profile` stands for the owners and all attributes: counts are added up by profile first.
_PEOPLE = f"""
CREATE OR REPLACE TEMP TABLE {{people}}_people AS
SELECT *, hash(owners, {", ".join(ATTRIBUTES)}) AS profile FROM (
    SELECT m.person, m.owner, m.pseudonym,
        CASE WHEN m.shared THEN [m.owner] ELSE [m.owner, '{PARTNERSHIP}'] END AS owners,
        birth_date, sex, language, payer, zip, county_fips,
        CASE WHEN ethnicity = 'hispanic' OR list_contains(races, 'hispanic') THEN 'hispanic'
             WHEN len({_NAMED}) > 1 THEN 'more_than_one'
             WHEN len({_NAMED}) = 1 THEN {_NAMED}[1]
             WHEN list_contains(races, 'declined') OR (race IS NULL AND ethnicity = 'declined') THEN 'declined'
             WHEN list_contains(races, 'unknown') OR (race IS NULL AND ethnicity = 'unknown') THEN 'unknown'
        END AS race_ethnicity
    FROM {{people}}_member m LEFT JOIN (
        SELECT person,
            arg_max(coalesce(birth_date, make_date(birth_year, 7, 1)), {_LATEST}) AS birth_date,
            arg_max(sex, {_LATEST}) AS sex, arg_max(race, {_LATEST}) AS race,
            list_distinct(string_split(coalesce(arg_max(race, {_LATEST}), ''), ';')) AS races,
            arg_max(ethnicity, {_LATEST}) AS ethnicity, arg_max(language, {_LATEST}) AS language,
            arg_max(payer, {_LATEST}) AS payer, arg_max(zip, {_LATEST}) AS zip,
            arg_max(county_fips, {_LATEST}) AS county_fips
        FROM {{patients}} JOIN {{people}}_member_of USING (patient_id) GROUP BY person) USING (person))
"""
