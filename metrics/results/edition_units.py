"""Unit rows of the research edition: who was considered in each year, why one was left out, which rows decided.

Nothing here tells more of a birth date than its year: ages are those reached in a year (`metrics.counting.strata.AGE`),
and who is 90 or older in the newest year of the release is told from nobody else who is. Nobody is said to be born in a
year in which there are rows of them, for one is born before them. Who counts is decided by the
true age, so a row can tell on which side of the period's end the birthday lies: one of 17 is no unit, one of 18 is.
Each query by which an age decides is therefore asked with those who come to such an age born on the first and on the
last day of their year too. A unit on which the two answers differ stands without its person.
"""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from metrics.counting.counts import by_main, datasets, wanted_periods
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import WITH_PEOPLE, hide, set_choices, set_periods, show
from metrics.counting.people_of_scopes import set_identity, set_people
from metrics.counting.strata import STRATA
from metrics.counting.tally import unit_rows
from metrics.counting.touched_people import ALL_PEOPLE
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Choices

OLDEST = 90
"""Ages from here on are one (45 CFR 164.514(b)(2)(i)(C) puts those over 89 together)."""
NEWEST_YEAR = "(SELECT newest FROM temp.edition_year)"
UNIT_KEY = ("indicator", "scope", "person_key", "unit_id", "period_end")
_OF_SOME = {
    "need": "What a referral was for; null for other indicators.",
    "program": "Kind of a food program; null for other indicators.",
    "unit": "Whom a food-security screen speaks for; null for other indicators.",
    "food_security_level": "Full, marginal, low or very low, where the deciding screen tells; null otherwise.",
}
"""Columns that only some indicators have (`own_strata`, `details`)."""
UNIT_COLUMNS = {
    "indicator": "Indicator id.",
    "scope": "The id of the partner in whose figure the unit is; or 'linked': in a total that counts everyone once.",
    "partner_id": "Partner to whom the unit is attributed; null for a person of several.",
    "person_key": "Pseudonym of the person; table `people` says which patients of which partners that is. A row that "
    "would tell more of a birthday than its year has a key of its own. Nothing else of the person is in it.",
    "unit_id": "Pseudonym of the index stay (hospital_stays.stay_id); of a loop, of its first referral "
    "(referrals.referral_id); of a food program, food_programs.enrollment_id. Null where the unit is the person.",
    "period_kind": "'year': the rolling 12 months that the row counts in; there are no rows of months.",
    "period_start": "First day of the period.",
    "period_end": "Last day of the period.",
    "in_denominator": "Whether the unit counts.",
    "exclusion_reason": "Why it does not count; null when it does.",
    "in_numerator": "Whether it meets the measure; null where the measure is a mean.",
    "value": "What is averaged, where the measure is a mean.",
    "age": f"Age in the year: the year of the period's end (readmission: of the admission) less the birth year. "
    f"{OLDEST} stands for everyone who is {OLDEST} or more in the newest year of the release, in all rows. Of a child "
    "with rows in its first year it is more by a year or so (see patients.birth_year).",
    **{name: f"{title}; null when not reported." for name, title in STRATA.items()},
    "age_band": "Age band, by the age in the year; null when not reported.",
    **_OF_SOME,
}
DECIDING_COLUMNS = {
    **{name: f"As in `unit_rows`: {UNIT_COLUMNS[name]}" for name in UNIT_KEY},
    "fact": "What the row decided; table `deciding_facts` has the words.",
    "dataset": "The table in which the row is.",
    "partner_id": "Partner that sent the row.",
    "submission": "Submission it came in.",
    "row": "Row of that file, header = 1.",
}
UNITS = f"SELECT {', '.join(UNIT_COLUMNS)} FROM temp.edition_units"
DECIDING = f"""SELECT {", ".join(f"u.{name}" for name in UNIT_KEY)}, d.fact, s.dataset, s.partner_id, d.submission,
        d.sent_row AS "row"
    FROM (SELECT {", ".join(UNIT_KEY)}, unnest(decided) AS d FROM temp.edition_units) u
    JOIN submission s ON s.submission = d.submission"""


def set_unit_rows(cur: duckdb.DuckDBPyConnection, indicators: Mapping[str, Indicator], choices: Choices) -> None:
    """Make the temp tables of all units of all years (`edition_units`), of the words for what decided
    (`edition_facts`), of who is who (`edition_people`) and of the newest year that is covered (`edition_year`)."""
    cur.execute("""CREATE OR REPLACE TEMP TABLE edition_year AS
        SELECT uuid() AS salt, coalesce((SELECT max(year(to_day)) FROM coverage),
            (SELECT max(year(happened_at)) FROM submission_event)) AS newest""")
    _set_edition_people(cur)
    set_choices(cur, choices)
    made = False
    for alike in by_main(indicators.values()):
        names = datasets(alike)
        years = [p for p in wanted_periods(cur, alike[0]) if p.kind == "year"]
        if made and not years:
            continue
        set_periods(cur, years)
        set_people(cur, ALL_PEOPLE, names)
        show(cur, ALL_PEOPLE, names)
        for indicator in alike:
            _set_units(cur, indicator)
            into = "INSERT INTO edition_units" if made else "CREATE OR REPLACE TEMP TABLE edition_units AS"
            cur.execute(f"{into} {_units_of(indicator)}")
            made = True
    hide(cur)
    facts = [(i.id, fact, words) for i in indicators.values() for fact, words in i.deciding.items()]
    columns = zip(("indicator", "fact", "meaning"), zip(*facts, strict=True), strict=True)
    cur.register("facts", pa.table({name: pa.array(values, pa.string()) for name, values in columns}))
    cur.execute("CREATE OR REPLACE TEMP TABLE edition_facts AS FROM facts")
    cur.unregister("facts")


def _set_edition_people(cur: duckdb.DuckDBPyConnection) -> None:
    """Who is who, and `first_year`: that of the first day on which there is anything of the person."""
    set_identity(cur, ALL_PEOPLE, WITH_PEOPLE)
    days = {
        name: [c.name for c in DATASETS[name].columns if c.kind == "date" and not c.of_birth] for name in WITH_PEOPLE
    }
    met = " UNION ALL ".join(
        f"SELECT partner_id, patient_id, least({', '.join(columns)}) AS day FROM in_force.{name}"
        for name, columns in sorted(days.items())
        if columns
    )
    cur.execute(f"""CREATE OR REPLACE TEMP TABLE edition_people AS
        SELECT partner_id, patient_id, pseudonym AS person_key,
            year(min(day) OVER (PARTITION BY pseudonym)) AS first_year
        FROM identity LEFT JOIN (SELECT partner_id, patient_id, min(day) AS day FROM ({met}) GROUP BY ALL)
            USING (partner_id, patient_id)""")


def shown_birth_year(year: str) -> str:
    """SQL: the birth year that is shown, of one whose `first_year` is known (null of one without a dated row)."""
    return f"CASE WHEN {year} IS NOT NULL THEN greatest(least({year}, first_year - 1), {NEWEST_YEAR} - {OLDEST}) END"


_UNIT = "scope AS of_scope, pseudonym AS of_person, unit_id AS of_unit, period_end AS of_end"


def _set_units(cur: duckdb.DuckDBPyConnection, indicator: Indicator) -> None:
    """Make the temp tables `units_now`, of the indicator's units, and `by_birthday`: those of them that would not be
    there, or would count otherwise, on another birthday of the person's year.

    Its first and its last day give the two ages that can be true on any day of the period, and they differ in what
    decides only in a year in which one comes to such an age.
    """
    cur.execute(f"CREATE OR REPLACE TEMP TABLE units_now AS {unit_rows(indicator)}")
    ages = f"age IN ({', '.join(map(str, indicator.ages))})" if indicator.ages else "false"
    cur.execute(f"CREATE OR REPLACE TEMP TABLE of_such_age AS SELECT DISTINCT pseudonym FROM units_now WHERE {ages}")
    cur.execute(f"CREATE OR REPLACE TEMP TABLE by_birthday AS SELECT {_UNIT}, true AS unnamed FROM units_now LIMIT 0")
    if not cur.execute("SELECT 1 FROM of_such_age LIMIT 1").fetchall():
        return
    for n, birthday in enumerate(("1, 1", "12, 31")):
        cur.execute(f"""CREATE OR REPLACE TEMP VIEW people AS
            SELECT * REPLACE (make_date(year(birth_date), {birthday}) AS birth_date) FROM {ALL_PEOPLE.people}_people
            SEMI JOIN of_such_age USING (pseudonym)""")
        cur.execute(f"""CREATE OR REPLACE TEMP TABLE born_{n} AS
            SELECT {_UNIT}, in_denominator, exclusion_reason, in_numerator, value FROM ({unit_rows(indicator)})""")
    cur.execute(f"CREATE OR REPLACE TEMP VIEW people AS FROM {ALL_PEOPLE.people}_people")
    cur.execute("""INSERT INTO by_birthday SELECT DISTINCT of_scope, of_person, of_unit, of_end, true
        FROM ((FROM born_0 EXCEPT FROM born_1) UNION ALL (FROM born_1 EXCEPT FROM born_0))""")


# A key for one row: nothing leads from it to a person, or to another row (but to the same stay in the same year, for
# the two measures of returns are compared).
_KEY_OF_ITS_OWN = "CAST(md5(concat_ws('/', {of}, period_end, (SELECT salt FROM temp.edition_year))) AS UUID)"


def _units_of(indicator: Indicator) -> str:
    has = {*indicator.own_strata, *indicator.details}
    own = ", ".join(_named(name) if name in has else f"CAST(NULL AS VARCHAR) AS {name}" for name in _OF_SOME)
    decided = ", ".join(
        f"struct_pack(fact := '{fact}', submission := {fact}.submission, sent_row := {fact}.sent_row)"
        for fact in indicator.deciding
    )
    typed = "STRUCT(fact VARCHAR, submission INTEGER, sent_row INTEGER)[]"
    person = _KEY_OF_ITS_OWN.format(of=f"'{indicator.id}', pseudonym")
    unit = _KEY_OF_ITS_OWN.format(of="unit_id")
    return f"""SELECT '{indicator.id}' AS indicator, scope, partner_id,
        CASE WHEN unnamed THEN {person} ELSE pseudonym END AS person_key,
        CASE WHEN unnamed AND unit_id IS NOT NULL THEN {unit} ELSE unit_id END AS unit_id,
        period_kind, period_start, period_end, in_denominator, exclusion_reason, in_numerator, value,
        CASE WHEN unnamed THEN NULL WHEN born <= {NEWEST_YEAR} - {OLDEST} THEN {OLDEST}
             ELSE born + age - {shown_birth_year("born")} END AS age,
        {", ".join(map(_named, STRATA))}, {own},
        CASE WHEN unnamed IS NULL THEN CAST([{decided}] AS {typed}) END AS decided
        FROM units_now LEFT JOIN by_birthday ON of_scope = scope AND of_person = pseudonym
            AND of_unit IS NOT DISTINCT FROM unit_id AND of_end = period_end
        LEFT JOIN (SELECT DISTINCT person_key AS known, first_year FROM temp.edition_people) ON known = pseudonym"""


def _named(column: str) -> str:
    """SQL: what is known of a person, unless the row stands without it."""
    return f"CASE WHEN unnamed IS NULL THEN {column} END AS {column}"
