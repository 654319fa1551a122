"""How much of the store is counted: everyone, or only the people whom a change touches, with their rows gathered."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Extent:
    """How much of the store the views show: all of it, or only the people whom a change touches.

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
    """Read one partner's rows of a gathered dataset again, after some of them became current or were superseded."""
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
    # Help may be for a screen up to 30 days before it, whichever row it stands on; a screen of the year before may be
    # what a referral is judged by.
    "food_security": (
        "least(screened_on, coalesce(intervention_on, screened_on) - 30)",
        "greatest(coalesce(intervention_on, screened_on), screened_on + 275)",
    ),
}
