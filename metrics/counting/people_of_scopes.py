"""The people of all scopes: who is one person, whose rows decide about them, whose counts they are in, and how they are
grouped.

See `metrics.counting.input_views` for what a person is there.
"""

from collections.abc import Iterable

import duckdb

from metrics.counting.input_views import APART, LINKED, MERGED, PARTNERSHIP
from metrics.counting.touched_people import Extent

ATTRIBUTES = ("sex", "race_ethnicity", "language", "payer", "zip", "county_fips")
# The later submission decides; within one, the later row. As one whole number: nine maxima by a struct of the two took
# 2.5 times the processor time (1.2 million rows), and this is read for everyone at every refresh.
_LATEST = 'rank * 4294967296 + "row"'


def set_people(cur: duckdb.DuckDBPyConnection, extent: Extent, datasets: Iterable[str]) -> None:
    """Make the extent's tables of people, of all scopes, from everyone met in these datasets."""
    set_identity(cur, extent, datasets)
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE {extent.people}_member AS
        SELECT CAST(row_number() OVER () AS INTEGER) AS person, owner, pseudonym, sharing
        FROM (SELECT DISTINCT partner_id AS owner, pseudonym, sharing FROM identity
              UNION ALL SELECT DISTINCT '{LINKED}', pseudonym, sharing FROM identity WHERE sharing IS NOT NULL)""")
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE {extent.people}_member_of AS
        SELECT i.patient_id, m.person FROM identity i JOIN {extent.people}_member m
        ON m.pseudonym = i.pseudonym AND (m.owner = i.partner_id OR m.owner = '{LINKED}')""")
    cur.execute(_PEOPLE.format(people=extent.people, patients=extent.source("patients")))
    set_profiles(cur, extent)


def set_profiles(cur: duckdb.DuckDBPyConnection, extent: Extent) -> None:
    """Make the table of profiles from that of people: a row for each that any of them has."""
    grouped = ", ".join(ATTRIBUTES)
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE {extent.people}_profiles AS
        SELECT DISTINCT profile, owners, {grouped} FROM {extent.people}_people
        UNION SELECT DISTINCT linked_profile, linked_owners, {grouped} FROM {extent.people}_people
        WHERE linked_profile IS NOT NULL""")


def set_identity(cur: duckdb.DuckDBPyConnection, extent: Extent, datasets: Iterable[str]) -> None:
    """Make `identity`: each patient id met in these datasets, its partner, its person, and who else knows the person.

    A token alone links nobody: a partner could send a row with someone else's and read in the counts what others know
    of that person. Birth year and sex must be known and agree as well. `sharing`: all partners of a person known to
    several, in alphabetical order; null for others.

    For a change it holds those met before or after it: whom one side does not meet has no rows there to count, and a
    person called shared who is not counts the same in all scopes.
    """
    met = " UNION ".join(
        f"SELECT partner_id, patient_id FROM {name}"
        for name in [
            *map(extent.source, sorted({*datasets, "patients"})),
            *([extent.changed] if extent.touched else []),
        ]
    )
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE identity AS
        SELECT partner_id, patient_id, token, CASE
            WHEN token IS NULL THEN patient_id
            WHEN born IS NULL OR sex IS NULL THEN CAST(md5(concat_ws('/', token, partner_id)) AS UUID)
            ELSE CAST(md5(concat_ws('/', token, born, sex)) AS UUID) END AS pseudonym
        FROM ({met}) LEFT JOIN (
            SELECT patient_id, arg_max(person_token, {_LATEST}) AS token,
                arg_max(coalesce(year(birth_date), birth_year), {_LATEST}) AS born, arg_max(sex, {_LATEST}) AS sex
            FROM {extent.source("patients")} GROUP BY patient_id) t USING (patient_id)""")
    if extent.touched:  # a patient who had the token of a touched person may be someone else by now
        cur.execute(
            f"DELETE FROM identity WHERE coalesce(token, patient_id) NOT IN (SELECT person FROM {extent.persons})"
        )
    # Those known to several are few, and are found first: a sorted list of partners for everyone took three times the
    # processor time (half a million people).
    cur.execute("""CREATE OR REPLACE TEMP TABLE identity AS
        WITH several AS MATERIALIZED (
            SELECT pseudonym FROM identity GROUP BY pseudonym HAVING min(partner_id) <> max(partner_id)),
        shared AS (
            SELECT pseudonym, string_agg(DISTINCT partner_id, '+' ORDER BY partner_id) AS sharing
            FROM identity SEMI JOIN several USING (pseudonym) GROUP BY pseudonym)
        SELECT i.*, s.sharing FROM identity i LEFT JOIN shared s ON s.pseudonym = i.pseudonym""")


_NAMED = "list_filter(races, x -> x NOT IN ('declined', 'unknown', 'hispanic', ''))"
# Race and ethnicity as one grouping: Hispanic or Latino of any race first (OMB 1997 combined format; under SPD-15
# the box "Hispanic or Latino" says the same), then one race alone, then more than one.
# `profile` stands for the owners and all attributes: counts are added up by profile first.
_PEOPLE = f"""
CREATE OR REPLACE TEMP TABLE {{people}}_people AS
SELECT *, hash(owners, {", ".join(ATTRIBUTES)}) AS profile,
    CASE WHEN linked_owners IS NOT NULL THEN hash(linked_owners, {", ".join(ATTRIBUTES)}) END AS linked_profile
FROM (
    SELECT m.person, m.owner, m.pseudonym,
        CASE WHEN m.owner = '{LINKED}' THEN ['{LINKED}', '{MERGED}' || m.sharing]
             WHEN m.sharing IS NULL THEN [m.owner, '{PARTNERSHIP}', '{LINKED}']
             ELSE [m.owner, '{PARTNERSHIP}', '{APART}' || m.sharing] END AS owners,
        CASE WHEN m.owner <> '{LINKED}' AND m.sharing IS NOT NULL
             THEN ['{LINKED}', '{MERGED}' || m.sharing] END AS linked_owners,
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
