"""The people of both scopes: who is one person, whose rows decide about them, and how they are grouped.

See `metrics.counting.input_views` for what a person is there.
"""

from collections.abc import Iterable

import duckdb

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.touched_people import Extent

ATTRIBUTES = ("sex", "race_ethnicity", "language", "payer", "zip", "county_fips")
# The later submission decides; within one, the later row. As one whole number: nine maxima by a struct of the two took
# 2.5 times the processor time (1.2 million rows), and this is read for everyone at every refresh.
_LATEST = 'rank * 4294967296 + "row"'


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
