"""What the research edition adds: pseudonymized rows, unit rows with exclusion reasons, lineage."""

from collections.abc import Iterator, Sequence

import duckdb

from metrics.counting.counts import by_main, datasets, unit_rows, wanted_periods
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import hide, set_choices, set_periods, show
from metrics.counting.people_of_scopes import set_people
from metrics.counting.strata import STRATA
from metrics.counting.touched_people import ALL_PEOPLE
from metrics.results.editions import EditionTable
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner_naming import Naming
from schemas.policy.partnership import Choices


def _shown(column: str) -> str:
    """SQL of a partner's id as it is shown (`set_partners`); of another value, itself."""
    return f"coalesce((SELECT shown FROM temp.blinded_partner b WHERE b.partner_id = {column}), {column})"


_OF_SOME = {
    "unit": "Whom a food-security screen speaks for; null for other indicators.",
    "food_security_level": "Full, marginal, low or very low, where the deciding screen tells; null otherwise.",
}
"""Columns that only some indicators have (`own_strata`, `details`)."""
_UNIT = {
    "indicator": "Indicator id.",
    "scope": "'partnership', or the id of a partner.",
    "partner_id": "Partner to whom the unit is attributed; null for a person of several.",
    "person_key": "Who the person is: person_token where one was sent, else patient_id (both are pseudonyms).",
    "unit_id": "Pseudonym of the index stay; null where the unit is the person.",
    "period_kind": "'year': the rolling 12 months that the row counts in; there are no rows of months.",
    "period_start": "First day of the period.",
    "period_end": "Last day of the period.",
    "in_denominator": "Whether the unit counts.",
    "exclusion_reason": "Why it does not count; null when it does.",
    "in_numerator": "Whether it meets the measure; null where the measure is a mean.",
    "value": "What is averaged, where the measure is a mean.",
    "age": "Age in years at the period's end (readmission: at admission).",
    **{name: f"{title}; null when not reported." for name, title in STRATA.items()},
    **_OF_SOME,
}


def research_edition(
    cur: duckdb.DuckDBPyConnection, indicators: dict[str, Indicator], choices: Choices
) -> list[EditionTable]:
    """Pseudonymized current rows, unit rows with exclusion reasons, lineage: what the shared edition lacks."""
    return [
        *(_dataset_table(name) for name in DATASETS),
        EditionTable(
            "unit_rows",
            _unit_rows(cur, indicators, choices),
            "One row for each unit considered in a rolling 12 months, with why it was left out.",
            _UNIT,
        ),
        EditionTable("submissions", [_SUBMISSIONS], "Every submission that was accepted.", _SUBMISSION_COLUMNS),
        EditionTable(
            "reasons",
            [_REASONS],
            "In whose words a warning of an accepted submission was justified. Free text.",
            _REASON_COLUMNS,
        ),
        EditionTable(
            "findings",
            [f"SELECT * FROM finding WHERE submission IN ({_ACCEPTED_ONCE})"],
            "Findings of accepted submissions; never the value.",
            {
                "submission": "Submission in which it was found.",
                "rule": "Rule id (docs/reference/rules.md).",
                "row": "Row of the file, header = 1.",
                "column": "Column.",
            },
        ),
        EditionTable(
            "coverage",
            [f"SELECT * REPLACE ({_shown('c.partner_id')} AS partner_id) FROM coverage c"],
            "For which days each submission is current.",
            {
                "partner_id": "Partner.",
                "dataset": "Kind of file.",
                "submission": "Submission that is current for these days.",
                "rank": "Order of acceptance.",
                "from_day": "First day for which it is current.",
                "to_day": "Last day for which it is current.",
            },
        ),
        EditionTable("analysis.unit_rows", ["SELECT * FROM main.unit_rows"], "Unit rows.", _UNIT, True),
        EditionTable(
            "analysis.lineage", [_LINEAGE], "Which submission is current for which days.", _LINEAGE_COLUMNS, True
        ),
    ]


# What was only checked, or left, is nobody else's business.
_ACCEPTED_ONCE = "SELECT submission FROM submission_event WHERE state = 'accepted'"
_SUBMISSIONS = f"""SELECT s.* EXCLUDE (reading) REPLACE ({_shown("s.partner_id")} AS partner_id),
        max_by(e.state, e.event) AS state, max(e.happened_at) AS state_since
    FROM submission s JOIN submission_event e USING (submission)
    WHERE s.submission IN ({_ACCEPTED_ONCE}) GROUP BY ALL"""
_REASONS = f"""SELECT s.submission, n.rule, n."column", max_by(n.words, n.note) AS words,
        max_by(n.happened_at, n.note) AS given_at
    FROM submission s JOIN note n USING (partner_id, dataset, sha256)
    WHERE n.kind = 'reason' AND s.submission IN ({_ACCEPTED_ONCE}) GROUP BY ALL"""
_REASON_COLUMNS = {
    "submission": "Submission whose warning it is.",
    "rule": "Rule id (docs/reference/rules.md).",
    "column": "Column.",
    "words": "The partner's reason.",
    "given_at": "When it was given (UTC).",
}
_SUBMISSION_COLUMNS = {
    "submission": 'Number of the submission; with "row", where a row came from.',
    "sha256": "The file's code: the sha256 of its bytes, keyed with the partnership's key. The same file has the same.",
    "partner_id": "Partner that sent it.",
    "dataset": "Kind of file.",
    "covers_from": "First day covered.",
    "covers_to": "Last day covered.",
    "rows_in": "Rows in the file.",
    "rows_kept": "Rows that count.",
    "rows_blocked": "Rows left out because of a finding.",
    "state": "accepted or withdrawn.",
    "state_since": "When it came into this state (UTC).",
}
_LINEAGE = """SELECT s.partner_id, s.dataset, s.submission, s.state, c.from_day, c.to_day, s.rows_kept
    FROM main.submissions s LEFT JOIN main.coverage c USING (submission)"""
_LINEAGE_COLUMNS = {
    "partner_id": "Partner that sent it.",
    "dataset": "Kind of file.",
    "submission": "Number of the submission.",
    "state": "accepted or withdrawn.",
    "from_day": "First day for which it is current; null when it is current for none.",
    "to_day": "Last day for which it is current.",
    "rows_kept": "Rows that count.",
}


def set_partners(cur: duckdb.DuckDBPyConnection, naming: Naming) -> None:
    """Take under which ids the partners go that the edition does not name: those that left or are not listed."""
    cur.execute("CREATE OR REPLACE TEMP TABLE blinded_partner (partner_id VARCHAR, shown VARCHAR)")
    for partner in sorted(naming.gone):
        cur.execute("INSERT INTO blinded_partner VALUES (?, ?)", [partner, naming.shown(partner)])


def set_hospitals(cur: duckdb.DuckDBPyConnection, declared: Sequence[tuple[str, str, str]]) -> None:
    """Take the (partner, code, name) of the hospitals that are declared: they have their names in the edition."""
    cur.execute("CREATE OR REPLACE TEMP TABLE declared_hospital (partner_id VARCHAR, code VARCHAR, name VARCHAR)")
    for hospital in declared:
        cur.execute("INSERT INTO declared_hospital VALUES (?, ?, ?)", hospital)


_HOSPITAL = """coalesce((SELECT min(name) FROM temp.declared_hospital d
    WHERE d.partner_id = r.partner_id AND d.code = r.hospital), r.hospital) AS hospital"""


def _dataset_table(name: str) -> EditionTable:
    dataset = DATASETS[name]
    columns = {c.name: c.meaning for c in dataset.columns if c.name != "birth_date"}
    # The birth date stays in the store: the year is enough to work with, and age at need is in the unit rows.
    birth_year = "coalesce(birth_year, year(birth_date)) AS birth_year"
    made = {"birth_year": birth_year, "hospital": _HOSPITAL}
    picked = ", ".join(made.get(c, f'"{c}"') for c in columns)
    if "hospital" in columns:
        columns["hospital"] = "Which hospital, where several are sent: its declared name, else its keyed code."
    lineage = {
        "partner_id": "Partner that sent the row.",
        "submission": "Submission it came in.",
        "row": "Row of that file, header = 1.",
    }
    return EditionTable(
        name,
        [f'SELECT {_shown("r.partner_id")} AS partner_id, submission, "row", {picked} FROM in_force.{name} r'],
        f"{dataset.meaning} Current rows.",
        lineage | columns,
    )


def _unit_rows(cur: duckdb.DuckDBPyConnection, indicators: dict[str, Indicator], choices: Choices) -> Iterator[str]:
    """A query for each indicator; its views are set before it runs."""
    set_choices(cur, choices)
    for alike in by_main(indicators.values()):
        names = datasets(alike)
        set_periods(cur, [p for p in wanted_periods(cur, alike[0]) if p.kind == "year"])
        set_people(cur, ALL_PEOPLE, names)
        show(cur, ALL_PEOPLE, names)
        yield from map(_units_of, alike)
    hide(cur)


def _units_of(indicator: Indicator) -> str:
    has = {*indicator.own_strata, *indicator.details}
    own = ", ".join(name if name in has else f"CAST(NULL AS VARCHAR) AS {name}" for name in _OF_SOME)
    return f"""SELECT '{indicator.id}' AS indicator, {_shown("u.scope")} AS scope,
        {_shown("u.partner_id")} AS partner_id, pseudonym AS person_key, unit_id,
        period_kind, period_start, period_end, in_denominator, exclusion_reason, in_numerator, value, age,
        {", ".join(STRATA)}, {own} FROM ({unit_rows(indicator)}) u"""
