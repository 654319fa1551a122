"""What each edition of a release holds, as queries over the store, with a meaning for every table and column."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from metrics.counting.counts import by_main, datasets, unit_rows, wanted_periods
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import ALL_PEOPLE, hide, set_choices, set_people, set_periods, show
from metrics.counting.strata import ALL, EXCLUSION, STRATA
from metrics.results.published_results import published_results
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner_naming import OWN_NAMES, Naming
from schemas.policy.partnership import Choices, Partnership
from schemas.policy.result_columns import RESULT_COLUMNS
from schemas.policy.viewer import EVERYONE

_RESULT = {name: meaning for name, (_, meaning) in RESULT_COLUMNS.items()}
_UNIT = {
    "indicator": "Indicator id.",
    "scope": "'partnership', or the id of a partner.",
    "partner_id": "Partner to whom the unit is attributed; null for a person of several.",
    "person": "Pseudonym of the person.",
    "unit_id": "Pseudonym of the index stay; null where the unit is the person.",
    "period_kind": "'year' (rolling 12 months) or 'month'.",
    "period_start": "First day of the period.",
    "period_end": "Last day of the period.",
    "in_denominator": "Whether the unit counts.",
    "exclusion_reason": "Why it does not count; null when it does.",
    "in_numerator": "Whether it meets the indicator; null where the indicator is a mean.",
    "value": "What is averaged, where the indicator is a mean.",
    "age": "Age in years at the period's end (readmission: at admission).",
    **{name: f"{title}; null when not reported." for name, title in STRATA.items()},
    "unit": "Whom a food-security screen speaks for; null for other indicators.",
}
_INDICATOR_COLUMNS = {
    "indicator": "Indicator id.",
    "version": "Version of the definition.",
    "title": "Title.",
    "measure": "Shared measure.",
    "plain": "In plain words.",
    "why": "Why it matters.",
    "denominator": "Who counts.",
    "numerator": "Who meets it; of a mean, what is averaged.",
    "statistic": "'rate' or 'mean'.",
    "measured_in": "Unit of a mean; blank for a rate.",
    "source": "Source and version.",
    "better": "Whether higher or lower is better.",
    "units": "What is counted.",
    "benchmark": "Published figure to compare with; a rate from 0 to 1.",
    "benchmark_source": "Its source.",
    "target": "The partnership's target, 0 to 1.",
    "review_on": "When the definition is to be reviewed.",
}
_PARTNER_COLUMNS = {
    "partner_id": "Partner id, the scope of its results; partner-… for one that has not agreed to be named.",
    "name": "Name, or a letter.",
    "kind": "Kind of organisation; null for a partner that is not named.",
}


@dataclass(frozen=True)
class EditionTable:
    """See `data.releases.release_folders.Table`, which this becomes."""

    name: str
    queries: Iterable[str]
    meaning: str
    columns: dict[str, str] = field(default_factory=dict)
    view: bool = False


def set_tables(
    cur: duckdb.DuckDBPyConnection, partnership: Partnership, known: dict[str, Indicator], release: int, naming: Naming
) -> None:
    """Make the temp tables that the editions are written from: results for everyone, definitions, partners.

    `naming`: how everyone sees the partners, in the shared edition. The research edition's rows hold who sent them, so
    there partners have their own ids.
    """
    for table, named in (("edition_results", naming), ("edition_results_named", OWN_NAMES)):
        cur.register("new_results", published_results(cur, EVERYONE, named, release).to_arrow())
        cur.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM new_results")
        cur.unregister("new_results")
    definitions = [
        (
            i.id,
            i.version,
            i.title,
            i.measure,
            i.plain,
            i.why,
            i.denominator,
            i.numerator,
            i.statistic,
            i.measured_in,
            i.source,
            i.better,
            i.units,
            i.benchmark.rate if i.benchmark else None,
            i.benchmark.source if i.benchmark else None,
            partnership.targets.get(i.id),
            i.review_on,
        )
        for i in known.values()
    ]
    own = [(p.id, p.name, p.kind) for p in partnership.partners]
    kinds = {p.id: p.kind for p in partnership.partners}
    shown = [(p, name, kinds.get(p)) for p, name in naming.names.items()]
    for name, columns, rows in (
        ("edition_indicators", list(_INDICATOR_COLUMNS), definitions),
        ("edition_partners", list(_PARTNER_COLUMNS), shown),
        ("edition_partners_named", list(_PARTNER_COLUMNS), own),
    ):
        data = {c: [row[n] for row in rows] for n, c in enumerate(columns)}
        cur.register("edition_rows", pa.table(data))
        cur.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM edition_rows")
        cur.unregister("edition_rows")


def shared_edition(*, named: bool = False) -> list[EditionTable]:
    """Suppressed results, definitions, partners (all under their own ids and names when `named`). See `set_tables`."""
    ending = "_named" if named else ""
    return [
        EditionTable(
            "results",
            [f"SELECT * FROM edition_results{ending}"],
            "Every published figure, small cells hidden.",
            _RESULT,
        ),
        EditionTable(
            "indicators",
            ["SELECT * FROM edition_indicators"],
            "The definitions behind the figures.",
            _INDICATOR_COLUMNS,
        ),
        EditionTable(
            "partners",
            [f"SELECT * FROM edition_partners{ending}"],
            "The partners.",
            _PARTNER_COLUMNS,
        ),
        *_views(),
    ]


def _views() -> list[EditionTable]:
    figures = f"FROM main.results WHERE stratifier <> '{EXCLUSION}'"
    return [
        EditionTable(
            "analysis.results",
            [f"SELECT * {figures}"],
            "Figures, without the counts of exclusions.",
            _RESULT,
            True,
        ),
        EditionTable(
            "analysis.scorecard",
            [
                f"""
            SELECT r.* {figures.replace("results", "results r")} AND scope = 'partnership'
                AND stratifier = '{ALL}' AND period_kind = 'year'
            QUALIFY period_end = max(period_end) OVER (PARTITION BY indicator)"""
            ],
            "The latest rolling 12 months of each indicator for the partnership.",
            _RESULT,
            True,
        ),
        EditionTable(
            "analysis.trend",
            [f"SELECT * {figures} AND stratifier = '{ALL}'"],
            "Figures for everyone by period; never draw both kinds of period on one axis.",
            _RESULT,
            True,
        ),
        EditionTable(
            "analysis.by_group",
            [f"SELECT * {figures} AND stratifier <> '{ALL}'"],
            "Figures by group.",
            _RESULT,
            True,
        ),
        EditionTable(
            "analysis.exclusions",
            [f"SELECT * FROM main.results WHERE stratifier = '{EXCLUSION}'"],
            "How many units were left out for each reason: category is the reason, denominator the number.",
            _RESULT,
            True,
        ),
        EditionTable(
            "analysis.definitions",
            ["SELECT * FROM main.indicators"],
            "The definitions.",
            _INDICATOR_COLUMNS,
            True,
        ),
    ]


def research_edition(
    cur: duckdb.DuckDBPyConnection, indicators: dict[str, Indicator], choices: Choices
) -> list[EditionTable]:
    """Pseudonymised rows in force, unit rows with exclusion reasons, lineage: what the shared edition lacks."""
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
                "rule": "Rule id (docs/rules.md).",
                "row": "Row of the file, header = 1.",
                "column": "Column.",
            },
        ),
        EditionTable(
            "coverage",
            ["SELECT * FROM coverage"],
            "Which days each submission has in force.",
            {
                "partner_id": "Partner.",
                "dataset": "Kind of file.",
                "submission": "Submission that has these days in force.",
                "rank": "Order of acceptance.",
                "from_day": "First day in force.",
                "to_day": "Last day in force.",
            },
        ),
        EditionTable("analysis.unit_rows", ["SELECT * FROM main.unit_rows"], "Unit rows.", _UNIT, True),
        EditionTable("analysis.lineage", [_LINEAGE], "Which submission has which days in force.", {}, True),
    ]


# What was only checked, or left, is nobody else's business.
_ACCEPTED_ONCE = "SELECT submission FROM submission_event WHERE state = 'accepted'"
_SUBMISSIONS = f"""SELECT s.* EXCLUDE (reading), max_by(e.state, e.event) AS state, max(e.happened_at) AS happened_at
    FROM submission s JOIN submission_event e USING (submission)
    WHERE s.submission IN ({_ACCEPTED_ONCE}) GROUP BY ALL"""
_REASONS = f"""SELECT s.submission, n.rule, n."column", max_by(n.words, n.note) AS words,
        max_by(n.happened_at, n.note) AS happened_at
    FROM submission s JOIN note n USING (partner_id, dataset, sha256)
    WHERE n.kind = 'reason' AND s.submission IN ({_ACCEPTED_ONCE}) GROUP BY ALL"""
_REASON_COLUMNS = {
    "submission": "Submission whose warning it is.",
    "rule": "Rule id (docs/rules.md).",
    "column": "Column.",
    "words": "The partner's reason.",
    "happened_at": "When it was given (UTC).",
}
_SUBMISSION_COLUMNS = {
    "submission": 'Number of the submission; with "row", where a row came from.',
    "sha256": "Of the file's bytes.",
    "partner_id": "Partner that sent it.",
    "dataset": "Kind of file.",
    "covers_from": "First day covered.",
    "covers_to": "Last day covered.",
    "rows_in": "Rows in the file.",
    "rows_kept": "Rows that count.",
    "rows_blocked": "Rows left out because of a finding.",
    "state": "accepted or withdrawn.",
    "happened_at": "When it came into this state (UTC).",
}
_LINEAGE = """SELECT s.partner_id, s.dataset, s.submission, s.state, c.from_day, c.to_day, s.rows_kept
    FROM main.submissions s LEFT JOIN main.coverage c USING (submission)"""


def _dataset_table(name: str) -> EditionTable:
    dataset = DATASETS[name]
    columns = {c.name: c.meaning for c in dataset.columns if c.name != "birth_date"}
    # The birth date stays in the store: the year is enough to work with, and age at need is in the unit rows.
    birth_year = "coalesce(birth_year, year(birth_date)) AS birth_year"
    picked = ", ".join(birth_year if c == "birth_year" else f'"{c}"' for c in columns)
    lineage = {
        "partner_id": "Partner that sent the row.",
        "submission": "Submission it came in.",
        "row": "Row of that file, header = 1.",
    }
    return EditionTable(
        name,
        [f'SELECT partner_id, submission, "row", {picked} FROM in_force.{name}'],
        f"{dataset.meaning} Rows in force.",
        lineage | columns,
    )


def _unit_rows(cur: duckdb.DuckDBPyConnection, indicators: dict[str, Indicator], choices: Choices) -> Iterator[str]:
    """A query for each indicator; the scene is set before each."""
    set_choices(cur, choices)
    for alike in by_main(indicators.values()):
        names = datasets(alike)
        set_periods(cur, [p for p in wanted_periods(cur, alike[0]) if p.kind == "year"])
        set_people(cur, ALL_PEOPLE, names)
        show(cur, ALL_PEOPLE, names)
        yield from map(_units_of, alike)
    hide(cur)


def _units_of(indicator: Indicator) -> str:
    unit = "unit" if "unit" in indicator.own_strata else "CAST(NULL AS VARCHAR) AS unit"
    return f"""SELECT '{indicator.id}' AS indicator, scope, partner_id, pseudonym AS person, unit_id,
        period_kind, period_start, period_end, in_denominator, exclusion_reason, in_numerator, value, age,
        {", ".join(STRATA)}, {unit} FROM ({unit_rows(indicator)})"""
