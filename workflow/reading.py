"""What can be read of a partnership: results, releases, what was sent, what is due, how good it is."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import duckdb
import polars as pl

from data.examples import dataset_templates
from data.ledger import closed_quarters, current_rows, kept_reads, submissions
from data.ledger.areas.area_boundaries import Areas, BadBoundaries, read_boundaries
from data.ledger.closed_quarters import Quarter
from data.ledger.current_rows import CurrentRows
from data.ledger.store import Store
from data.ledger.submissions import Submission
from data.releases import release_carried, release_folders, release_ledger
from data.reporting import data_quality, partner_contradictions, probing_signs
from data.reporting.arrivals import arrivals
from data.reporting.data_quality import Quality
from data.reporting.partner_contradictions import Between
from data.reporting.probing_signs import Counted, Sign
from data.reporting.reporting_calendar import Entry, Facts, calendar
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL, AT_EACH, EXCLUSION, JOINED
from metrics.grouping.pooled_years import KIND
from metrics.results import published_results, unreleased_results
from metrics.results.coverage import Coverage, coverage_of
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.access.permissions import may, may_some
from schemas.policy.partner_naming import Naming
from schemas.policy.partnership import Map, Partnership
from schemas.policy.viewer import EVERYONE, SERVER, Viewer
from schemas.vocabularies.readmission_lists import About
from workflow.access.permitting import require
from workflow.publishing import shown_release


def today(partnership: Partnership) -> dt.date:
    """The partnership's day: the real one, unless the settings name another (the demo does)."""
    return partnership.day


@dataclass(frozen=True)
class ReleaseInfo:
    """The release that the dashboards show."""

    number: int
    made_at: dt.datetime
    last_event: int = 0
    """The last step of the ledger that it knows of."""

    def shows(self, entry: Submission) -> bool:
        """Whether it was made after the submission came into its present state."""
        return entry.event <= self.last_event


def current_release(store: Store) -> ReleaseInfo | None:
    """The newest release of the ledger; None before the first."""
    row = kept_reads.read(store, release_ledger.newest)
    return ReleaseInfo(*row) if row else None


def read_results(store: Store, viewer: Viewer, **only: object) -> pl.DataFrame:
    """Results of the current release as the viewer may see them (see `metrics.results.published_results`).

    Raises NotAllowed.
    """
    require(viewer, "see_figures")
    number, naming = released(store), read_naming_of_release(store, viewer)
    return published_results.published_results(store.cursor(), viewer, naming, number, **only)


def released(store: Store) -> int:
    """The number of the current release; 0 before the first."""
    release = current_release(store)
    return release.number if release else 0


def read_naming(store: Store, viewer: Viewer) -> Naming:
    """Under which id and name the viewer sees each partner now: in the calendar, in what was sent, in a preview."""
    return kept_reads.worked_out(store, shown_release.naming_now, viewer)


def read_naming_of_release(store: Store, viewer: Viewer) -> Naming:
    """Under which id and name the viewer sees each partner in the figures of the current release: as it was named when
    it was made. Who since took its agreement back, or left, is named no more."""
    return kept_reads.worked_out(store, shown_release.naming_shown, released(store), viewer)


def read_settings_of_release(store: Store) -> Partnership:
    """The settings that rule what is shown of the current release; before the first, those of now."""
    return kept_reads.worked_out(store, shown_release.under_shown, released(store)).settings


def read_definitions(store: Store) -> dict[str, Indicator]:
    """Indicator id -> its definition as the current release carries it."""
    return kept_reads.worked_out(store, shown_release.definitions, released(store))


def read_code_lists(store: Store) -> About:
    """Which published lists decided about the readmissions of the current release."""
    return shown_release.code_lists(store, released(store))


def read_checksum(store: Store) -> str:
    """The sha256 of the current release's shared edition, as its manifest has it; empty before the first release and
    where the manifest cannot be read."""
    shown = current_release(store)
    try:
        at = release_folders.folder_of(store.folder, shown.number if shown else 0)
        return str(release_folders.read_manifest(at)["sha256"]["shared.duckdb"])
    except (OSError, ValueError, KeyError):
        return ""


def read_coverage(
    store: Store, viewer: Viewer, indicator: str, period_end: dt.date, period_kind: str = "year"
) -> Coverage:
    """Who reports a figure of the current release, who is late, and how much of the denominator is in.

    Raises NotAllowed.
    """
    require(viewer, "see_figures")
    naming = read_naming_of_release(store, viewer)
    return coverage_of(store.cursor(), released(store), indicator, period_kind, period_end, naming)


@dataclass(frozen=True)
class Hiding:
    """How much of a release is hidden: of the headline figures (year and measure of the partnership), and of all."""

    headlines: int
    headlines_shown: int
    hidden: float


def read_hiding(store: Store) -> Hiding:
    """The same for everyone: of the figures that are not of nobody, which are hidden."""
    cur, release = store.cursor(), released(store)
    kept = release_carried.read(cur, release).hiding
    return Hiding(*json.loads(kept)) if kept else hiding_of(cur, release)


def hiding_of(cur: duckdb.DuckDBPyConnection, release: int) -> Hiding:
    """How much of a release is hidden, by its exact results."""
    headlines, headlines_shown, hidden = cur.execute(
        f"""SELECT count(*) FILTER (headline), count(*) FILTER (headline AND NOT suppressed),
                avg(CAST(suppressed AS INTEGER))
            FROM (SELECT *, scope = '{PARTNERSHIP}' AND stratifier = '{ALL}' AND period_kind = 'year' AS headline
                  FROM released WHERE release = ? AND NOT folded AND denominator > 0)""",
        [release],
    ).fetchall()[0]
    return Hiding(headlines, headlines_shown, hidden or 0.0)


def read_grouped_by(store: Store) -> list[tuple[str, str, str, list[str]]]:
    """Kind of period, measure and grouping (as a release calls it) -> the groups that the partnership's tables show
    this year."""
    return kept_reads.read(store, _grouped_by, released(store))


def _grouped_by(cur: duckdb.DuckDBPyConnection, release: int) -> list[tuple[str, str, str, list[str]]]:
    rows = cur.execute(
        f"""SELECT period_kind, indicator, stratifier, list(DISTINCT category ORDER BY category) FROM released
            WHERE release = ? AND NOT folded AND scope = '{PARTNERSHIP}' AND period_kind IN ('year', '{KIND}')
              AND NOT contains(stratifier, '{JOINED}') AND stratifier NOT IN ('{ALL}', '{AT_EACH}', '{EXCLUSION}')
            GROUP BY ALL ORDER BY ALL""",
        [release],
    ).fetchall()
    return [(kind, indicator, stratifier, groups) for kind, indicator, stratifier, groups in rows]


def read_areas(store: Store, chosen: Map) -> Areas:
    """The boundaries of a map of the settings. Raises data.ledger.areas.area_boundaries.BadBoundaries."""
    return read_boundaries(store.folder, chosen)


def map_faults(store: Store) -> list[str]:
    """What is wrong with the files of boundaries that the settings name."""
    faults = []
    for chosen in store.partnership.maps:
        try:
            read_areas(store, chosen)
        except BadBoundaries as error:
            faults.append(str(error))
    return faults


def read_submissions(store: Store, viewer: Viewer) -> list[Submission]:
    """The ledger, newest first: a partner's own, or everyone's for backbone staff; nobody else's business."""
    if not may_some(viewer, "read_files"):
        return []
    return list(kept_reads.read(store, submissions.submissions, viewer.partner_id))


def read_unreleased(store: Store, viewer: Viewer) -> pl.DataFrame:
    """The partner's own figures that differ from the release: exact, for itself before others see them.

    Columns: see `metrics.results.unreleased_results`. No rows for anyone else.
    """
    if not may(viewer, "see_unreleased", viewer.partner_id):
        viewer = EVERYONE
    return unreleased_results.unreleased(store.cursor(), viewer, released(store))


def read_arrivals(store: Store, viewer: Viewer) -> Facts:
    """When which days of each partner and dataset were accepted or withdrawn; days only. Raises NotAllowed."""
    require(viewer, "see_figures")
    shown = read_naming(store, viewer).shown
    return {
        (shown(partner), dataset): events for (partner, dataset), events in kept_reads.read(store, arrivals).items()
    }


def read_calendar(store: Store, viewer: Viewer) -> list[Entry]:
    """What each partner owes for each period and how it came; states and days. Raises NotAllowed."""
    require(viewer, "see_figures")
    entries = calendar(store.partnership, kept_reads.read(store, arrivals), today(store.partnership))
    named = read_naming(store, viewer)
    order = list(named.names)
    shown = [replace(e, partner_id=named.shown(e.partner_id)) for e in entries]
    return sorted(shown, key=lambda e: order.index(e.partner_id))


def read_quarters(store: Store, since: dt.date) -> list[Quarter]:
    """Which quarters are closed, and when the others will be; from that of `since` on, the same for every viewer."""
    settings = store.partnership
    return list(kept_reads.read(store, closed_quarters.quarters, settings.calendar, today(settings), since))


def read_quality(store: Store, viewer: Viewer, partner_id: str) -> Quality | None:
    """How good a partner's data is: exact for itself, few people hidden for backbone staff, None for others."""
    if not may(viewer, "see_quality", partner_id):
        return None
    fewest = 1 if viewer.partner_id == partner_id else store.partnership.policy.smallest_cell
    return kept_reads.read(store, _quality, partner_id, today(store.partnership), fewest)


def _quality(cur: duckdb.DuckDBPyConnection, partner_id: str, day: dt.date, fewest: int) -> Quality:
    return data_quality.quality(cur, partner_id, arrivals(cur), day, fewest=fewest)


def read_between(store: Store, viewer: Viewer, partner_id: str) -> list[Between]:
    """What a partner's data contradicts in other partners' data: for backbone staff, few people hidden.

    Anyone else gets an empty list, the partner too: it could send made-up tokens to learn whom others know.
    """
    if not may(viewer, "see_contradictions"):
        return []
    found = partner_contradictions.between(store.cursor(), partner_id, fewest=store.partnership.policy.smallest_cell)
    shown = read_naming(store, viewer).shown
    return [replace(b, other=shown(b.other)) for b in found]


def read_probing(
    store: Store, viewer: Viewer, partner_id: str, count: Callable[[Store], Counted] | None = None
) -> list[Sign]:
    """Signs that a partner sends rows to learn of others' people: for backbone staff, an empty list for anyone else.

    `count`: who keeps `count_probing` as long as no step of the ledger (`last_step`) follows.
    """
    if not may(viewer, "see_contradictions"):
        return []
    counted = (count or count_probing)(store)
    return probing_signs.signs(counted, partner_id, fewest=store.partnership.policy.smallest_cell)


def count_probing(store: Store) -> Counted:
    """All signs of all partners: exact, for nobody's eyes."""
    return probing_signs.count(store.cursor())


def last_step(store: Store) -> int:
    """The last step of the ledger: as long as it is the same, so are the current rows."""
    return kept_reads.read(store, release_ledger.last_event)


def all_submissions(store: Store) -> list[Submission]:
    """The whole ledger, newest first, for whoever owns the data folder."""
    return submissions.submissions(store.cursor())


def template(dataset: str) -> bytes:
    """The template of a dataset: a CSV file with its header and one example row."""
    return dataset_templates.template(DATASETS[dataset])


def guide(dataset: str, partnership: Partnership) -> str:
    """The one-page guide of a dataset as Markdown, with the partnership's limits."""
    return dataset_templates.guide(DATASETS[dataset], partnership.limits)


def read_current_rows(store: Store, partner_id: str, *, viewer: Viewer = SERVER) -> dict[str, CurrentRows]:
    """Dataset -> the partner's current rows of it. Raises NotAllowed."""
    require(viewer, "read_files", partner_id)
    return kept_reads.read(store, current_rows.current_rows, partner_id)
