"""What the shared edition of a release holds, as queries over the store, with a meaning for every table and column."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from metrics.composing.definition_versions import definition_versions
from metrics.counting.declaration import Indicator
from metrics.counting.strata import ALL, EXCLUSION
from metrics.results.published_results import published_results
from schemas.policy.partner_naming import Naming
from schemas.policy.partnership import Partnership
from schemas.policy.result_columns import RESULT_COLUMNS, RESULT_KEY
from schemas.policy.status_words import ERRATUM
from schemas.policy.viewer import EVERYONE

_RESULT = {name: meaning for name, (_, meaning) in RESULT_COLUMNS.items()}
_INDICATOR_COLUMNS = {
    "indicator": "Indicator id.",
    "version": "Version of the definition, and of the code lists that it joins.",
    "title": "Title.",
    "measure": "Shared measure.",
    "plain": "In plain words.",
    "why": "Why it matters.",
    "denominator": "Who counts.",
    "numerator": "Who meets it; of a mean, what is averaged.",
    "statistic": "'rate' or 'mean'.",
    "measured_in": "Unit of a mean; blank for a rate.",
    "source": "Source and version.",
    "kind": "'performance' of partners, or 'need' among people.",
    "better": "Whether higher or lower is better.",
    "smallest_meaningful_difference": "Smallest difference worth acting on: percentage points, or the mean's unit.",
    "units": "What is counted.",
    "benchmark": "Published figure to compare with; a rate from 0 to 1.",
    "benchmark_source": "Its source.",
    "target": "The partnership's target, 0 to 1.",
    "review_on": "When the definition is to be reviewed.",
}
_PARTNER_COLUMNS = {
    "partner_id": "Partner id, the scope of its results; partner-… for one that has not agreed to be named.",
    "name": "Name, or a letter.",
    "kind": "Kind of organization; null for a partner that is not named.",
}
_ERRATA_COLUMNS = {
    "erratum": "Number of the erratum.",
    "dataset": "Kind of file whose measures were restated in all closed periods.",
    "reason": f"Why: {', '.join(ERRATUM)}.",
    "release": "The release that first showed the restated figures.",
}


@dataclass(frozen=True)
class EditionTable:
    """See `data.releases.edition_files.Table`, which this becomes. `key`: the columns that tell a table's rows apart;
    a view has none of its own."""

    name: str
    queries: Iterable[str]
    meaning: str
    columns: dict[str, str] = field(default_factory=dict)
    view: bool = False
    key: tuple[str, ...] = ()


def set_tables(
    cur: duckdb.DuckDBPyConnection,
    partnership: Partnership,
    known: dict[str, Indicator],
    release: int,
    naming: Naming,
    of_research: Naming,
) -> None:
    """Make the temp tables that the editions are written from: results for everyone, definitions, partners.

    `naming`: how everyone sees the partners, in the shared edition. `of_research`: the research edition's rows hold who
    sent them, so there partners have their own ids, but for those that left or are not listed.
    """
    for table, named in (("edition_results", naming), ("edition_results_named", of_research)):
        cur.register("new_results", published_results(cur, EVERYONE, named, release).to_arrow())
        cur.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM new_results")
        cur.unregister("new_results")
    versions = definition_versions(cur, known)
    definitions = [
        (
            i.id,
            versions[i.id],
            i.title,
            i.measure,
            i.plain,
            i.why,
            i.denominator,
            i.numerator,
            i.statistic,
            i.measured_in,
            i.source,
            i.kind,
            i.better,
            i.smallest_meaningful_difference,
            i.units,
            i.benchmark.rate if i.benchmark else None,
            i.benchmark.source if i.benchmark else None,
            partnership.targets.get(i.id),
            i.review_on,
        )
        for i in known.values()
    ]
    cur.execute(
        """CREATE OR REPLACE TEMP TABLE edition_errata AS
           SELECT erratum, dataset, reason, coalesce(release, ?) AS release FROM erratum
           WHERE approved_at IS NOT NULL ORDER BY erratum""",
        [release],
    )
    kinds = {p.id: p.kind for p in partnership.partners}
    shown, own = ([(p, name, kinds.get(p)) for p, name in named.names.items()] for named in (naming, of_research))
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
            key=tuple(RESULT_KEY),
        ),
        EditionTable(
            "indicators",
            ["SELECT * FROM edition_indicators"],
            "The definitions behind the figures.",
            _INDICATOR_COLUMNS,
            key=("indicator",),
        ),
        EditionTable(
            "partners",
            [f"SELECT * FROM edition_partners{ending}"],
            "The partners.",
            _PARTNER_COLUMNS,
            key=("partner_id",),
        ),
        EditionTable(
            "errata",
            ["SELECT * FROM edition_errata"],
            "Restatements of closed periods: nothing else changes their figures.",
            _ERRATA_COLUMNS,
            key=("erratum",),
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
                AND stratifier = '{ALL}' AND period_kind = 'year' AND closed
            QUALIFY period_end = max(period_end) OVER (PARTITION BY indicator)"""
            ],
            "The latest closed 12 months of each indicator for the partnership.",
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
