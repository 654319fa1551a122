"""What the research edition adds: pseudonymized rows, unit rows with exclusion reasons, lineage. It is a contract: each
table has its declared columns and key, and `SCHEMA_VERSION` says which tables and columns there are.

It is a limited data set (docs/explanation/research_edition.md): no birth date, no age but the age in the year, no words
that a partner wrote.
"""

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from metrics.counting.strata import AT_EACH
from metrics.results.edition_units import (
    DECIDING,
    DECIDING_COLUMNS,
    NEWEST_YEAR,
    OLDEST,
    UNIT_COLUMNS,
    UNIT_KEY,
    UNITS,
    shown_birth_year,
)
from metrics.results.editions import EditionTable, shared_edition
from metrics.results.partners_left_out import without_left_out
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner_naming import Naming

SCHEMA_VERSION = 2
"""Raised when a table, column or key of the research edition goes or comes to mean something else; what is only added
leaves it. 1 was the edition before it had keys."""


def research_edition() -> list[EditionTable]:
    """What the shared edition lacks. The queries need `set_declared`, `set_left_out` and
    `edition_units.set_unit_rows`."""
    tables = [_blinded(without_left_out(table)) for table in (*_of_people(), *_of_files(), *_views())]
    keys = [(t.name, n, column) for t in [*shared_edition(), *tables] for n, column in enumerate(t.key, 1)]
    keys += [(name, n, column) for name in ("edition", "keys") for n, column in enumerate(_KEYS_OF_OWN[name], 1)]
    listed = ", ".join(f"('{name}', {n}, '{column}')" for name, n, column in keys)
    return [
        EditionTable(
            "edition",
            [
                f"""SELECT {SCHEMA_VERSION} AS schema_version, {NEWEST_YEAR} AS newest_year,
                (SELECT count(*) FROM temp.left_out_partner) AS partners_left_out"""
            ],
            "What this edition is: one row.",
            {
                "schema_version": "Version of its tables, columns and keys.",
                "newest_year": f"The newest year of which it has data: in it ages are held against {OLDEST}.",
                "partners_left_out": "How many partners' rows are not in it, for their agreements do not include "
                "research. Units then add up to less than the published totals.",
            },
            key=_KEYS_OF_OWN["edition"],
        ),
        EditionTable(
            "keys",
            [f"SELECT * FROM (VALUES {listed}) k(table_name, position, column_name)"],
            "Which columns tell the rows of each table apart. A null in one of them is a value of its own.",
            {
                "table_name": "Table.",
                "position": "Place of the column in the key, from 1.",
                "column_name": "Column.",
            },
            key=_KEYS_OF_OWN["keys"],
        ),
        *tables,
    ]


_KEYS_OF_OWN = {"edition": ("schema_version",), "keys": ("table_name", "position")}


def _of_people() -> list[EditionTable]:
    return [
        *(_dataset_table(name) for name in DATASETS),
        EditionTable(
            "people",
            ["SELECT partner_id, patient_id, person_key FROM temp.edition_people"],
            "Who is one person: from the `person_key` of unit rows to each partner's patients, and so to its rows.",
            {
                "partner_id": "Partner that sent rows of the patient.",
                "patient_id": "Pseudonym of the patient at that partner.",
                "person_key": "Pseudonym of the person: the same for patients whose token, birth year and sex agree.",
            },
            key=("partner_id", "patient_id"),
        ),
        EditionTable(
            "unit_rows",
            [UNITS],
            "One row for each unit considered in a rolling 12 months, with why it was left out.",
            UNIT_COLUMNS,
            key=UNIT_KEY,
        ),
        EditionTable(
            "deciding_rows",
            [DECIDING],
            "The rows that decided about a unit: its return, its latest reading, the screen that counted.",
            DECIDING_COLUMNS,
            key=(*UNIT_KEY, "fact"),
        ),
        EditionTable(
            "deciding_facts",
            ["FROM temp.edition_facts"],
            "What the rows of `deciding_rows` decided, in words.",
            {"indicator": "Indicator id.", "fact": "The fact.", "meaning": "Which row it names."},
            key=("indicator", "fact"),
        ),
    ]


def _of_files() -> list[EditionTable]:
    return [
        EditionTable(
            "submissions",
            [_SUBMISSIONS],
            "Every submission that was accepted.",
            _SUBMISSION_COLUMNS,
            key=("submission",),
        ),
        EditionTable(
            "reasons",
            [_REASONS],
            "For which warnings of accepted submissions a reason was given. Its words stay in the store.",
            {
                "submission": "Submission whose warning it is.",
                "rule": "Rule id (docs/reference/rules.md).",
                "column": "Column.",
                "given_at": "When it was given last (UTC).",
            },
            key=("submission", "rule", "column"),
        ),
        EditionTable(
            "findings",
            [_FINDINGS],
            "Findings of accepted submissions; never the value.",
            {
                "submission": "Submission in which it was found.",
                "rule": "Rule id (docs/reference/rules.md).",
                "row": "Row of the file, header = 1.",
                "column": "Column of the dataset; null where it is none of them.",
            },
            key=("submission", "rule", "row", "column"),
        ),
        EditionTable(
            "coverage",
            ["SELECT partner_id, dataset, submission, rank, from_day, to_day FROM coverage"],
            "For which days each submission is current.",
            {
                "partner_id": "Partner.",
                "dataset": "Kind of file.",
                "submission": "Submission that is current for these days.",
                "rank": "Order of acceptance.",
                "from_day": "First day for which it is current.",
                "to_day": "Last day for which it is current.",
            },
            key=("submission", "from_day"),
        ),
    ]


def _views() -> list[EditionTable]:
    return [
        EditionTable("analysis.unit_rows", ["SELECT * FROM main.unit_rows"], "Unit rows.", UNIT_COLUMNS, True),
        EditionTable(
            "analysis.partnership_units",
            [_PARTNERSHIP_UNITS],
            "The unit rows of the partnership's total of each year (stratifier 'all'): those of all partners. Where "
            "the total counts everyone once they are the linked ones. Its groups are always those of all partners.",
            UNIT_COLUMNS,
            True,
        ),
        EditionTable(
            "analysis.lineage", [_LINEAGE], "Which submission is current for which days.", _LINEAGE_COLUMNS, True
        ),
    ]


# What was only checked, or left, is nobody else's business; nor what was deleted for good.
_ACCEPTED_ONCE = """SELECT submission FROM submission_event
    GROUP BY ALL HAVING bool_or(state = 'accepted') AND NOT bool_or(state = 'left')"""
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
_STATE = {"state": "max_by(e.state, e.event) AS state", "state_since": "max(e.happened_at) AS state_since"}
_SUBMISSIONS = f"""SELECT {", ".join(_STATE.get(c, f"s.{c}") for c in _SUBMISSION_COLUMNS)}
    FROM submission s JOIN submission_event e USING (submission)
    WHERE s.submission IN ({_ACCEPTED_ONCE}) GROUP BY ALL"""
# A partner's own words never leave the store: that a reason was given is what an analyst needs.
_REASONS = f"""SELECT s.submission, n.rule, n."column", max(n.happened_at) AS given_at
    FROM submission s JOIN note n USING (partner_id, dataset, sha256)
    WHERE n.kind = 'reason' AND s.submission IN ({_ACCEPTED_ONCE}) GROUP BY ALL"""
_DECLARED = ", ".join(sorted({f"'{c.name}'" for d in DATASETS.values() for c in d.columns}))
# A column that no dataset declares is a header of the partner's own: words, too.
_FINDINGS = f"""SELECT DISTINCT submission, rule, "row",
        CASE WHEN "column" IN ({_DECLARED}) THEN "column" END AS "column"
    FROM finding WHERE submission IN ({_ACCEPTED_ONCE})"""
_PARTNERSHIP_UNITS = f"""SELECT u.* FROM main.unit_rows u LEFT JOIN (
        SELECT DISTINCT indicator, period_end, true AS once FROM main.results
        WHERE scope = 'partnership' AND period_kind = 'year' AND stratifier = '{AT_EACH}'
    ) o USING (indicator, period_end)
    WHERE (u.scope = 'linked') = coalesce(o.once, false)"""
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


def _blinded(table: EditionTable) -> EditionTable:
    """The table with partners' ids as they are shown (`set_partners`)."""
    ids = [column for column in ("partner_id", "scope", "sent_by", "received_by") if column in table.columns]
    if table.view or not ids:
        return table
    shown = "coalesce((SELECT shown FROM temp.blinded_partner b WHERE b.partner_id = t.{0}), t.{0}) AS {0}"
    replaced = ", ".join(shown.format(column) for column in ids)
    return replace(table, queries=[f"SELECT * REPLACE ({replaced}) FROM ({query}) t" for query in table.queries])


def set_declared(cur: duckdb.DuckDBPyConnection, declared: Sequence[tuple[str, str, str]]) -> None:
    """Take the (partner, code, name) of the hospitals that are declared: they have their names in the edition."""
    cur.execute("CREATE OR REPLACE TEMP TABLE declared_hospital (partner_id VARCHAR, code VARCHAR, name VARCHAR)")
    for hospital in declared:
        cur.execute("INSERT INTO declared_hospital VALUES (?, ?, ?)", hospital)


_HOSPITAL = """coalesce((SELECT min(name) FROM temp.declared_hospital d
    WHERE d.partner_id = r.partner_id AND d.code = r.hospital), r.hospital) AS hospital"""
# The birth date stays in the store. Born long ago is one year for all, as the oldest ages are one age; and of a child
# born in the year of its first row, that row would tell the birth date to the days before it.
_BIRTH_YEAR = f"""(SELECT {shown_birth_year("coalesce(year(r.birth_date), r.birth_year)")} FROM temp.edition_people e
    WHERE e.partner_id = r.partner_id AND e.patient_id = r.patient_id) AS birth_year"""
# A newborn's stay begins on its birthday (ICD-10-CM Z38: liveborn infants according to place of birth).
_DIAGNOSIS = "CASE WHEN NOT starts_with(principal_diagnosis, 'Z38') THEN principal_diagnosis END AS principal_diagnosis"


def _dataset_table(name: str) -> EditionTable:
    dataset = DATASETS[name]
    columns = {c.name: c.meaning for c in dataset.columns if c.name != "birth_date"}
    made = {"birth_year": _BIRTH_YEAR, "hospital": _HOSPITAL, "principal_diagnosis": _DIAGNOSIS}
    picked = ", ".join(made.get(c, f'"{c}"') for c in columns)
    if "hospital" in columns:
        columns["hospital"] = "Which hospital, where several are sent: its declared name, else its keyed code."
    if "birth_year" in columns:
        columns["birth_year"] = (
            f"Year of birth. The year of those who are {OLDEST} in the newest year stands for it and all before. The "
            "year before the person's first row in the edition stands for it and all after."
        )
    if "principal_diagnosis" in columns:
        columns["principal_diagnosis"] += " Null for a newborn's own birth, which would tell the day."
    lineage = {
        "partner_id": "Partner that sent the row.",
        "submission": "Submission it came in.",
        "row": "Row of that file, header = 1.",
    }
    return EditionTable(
        name,
        [f'SELECT partner_id, submission, "row", {picked} FROM in_force.{name} r'],
        f"{dataset.meaning} Current rows.",
        lineage | columns,
        key=("submission", "row"),
    )
