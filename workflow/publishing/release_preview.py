"""What the next release would change against the last one, before it is made. Looking records nothing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import polars as pl

from data.ledger import closed_quarters, kept_reads
from data.ledger.closed_quarters import Erratum
from data.ledger.store import Store
from data.releases import release_ledger
from data.releases.release_ledger import PastRelease
from data.reporting.reporting_calendar import Entry
from metrics.indicators import indicators
from metrics.results import published_results, release_changes
from metrics.results.release_changes import CellChanges, Headline
from schemas.policy.viewer import BACKBONE, EVERYONE, SERVER, Viewer
from workflow import reading, releasing
from workflow.access.permitting import require
from workflow.publishing import shown_release
from workflow.releasing import Basis, Step


@dataclass(frozen=True)
class Preview:
    """What a release would change; for backbone staff, though its figures are those that everyone will see.

    `basis`: what it rests on: a release that is made of it must rest on the same. `after`: the release that it is
    compared with, None for the first. `closed`, `closes`: the last closed day before and with it. `accepted`,
    `withdrawn`: files since that release. `late`: files that are due and not in. `settings`: names of those that differ
    from what that release was made under. `redefined`: measures whose definitions do. `results`: what everyone will
    see.
    """

    release: int
    after: int | None
    basis: Basis
    closed: dt.date | None
    closes: dt.date | None
    headlines: tuple[Headline, ...]
    cells: tuple[CellChanges, ...]
    errata: tuple[Erratum, ...]
    accepted: int
    withdrawn: int
    late: tuple[Entry, ...]
    settings: tuple[str, ...]
    redefined: tuple[str, ...]
    results: pl.DataFrame

    @property
    def closes_more(self) -> bool:
        """Whether a quarter closes with it."""
        return self.closes is not None and (self.closed is None or self.closed < self.closes)


def preview(
    store: Store,
    heard: Callable[[Step], None] = releasing.unheard,
    first: Callable[[duckdb.DuckDBPyConnection], None] = releasing.as_it_is,
    *,
    closing: bool = True,
    viewer: Viewer = SERVER,
) -> Preview:
    """Compose the next release as it would be made now, and compare it with the current one.

    `first`: what is to be taken for changed before; without `closing`, no quarter closes. It is composed in a
    transaction that is rolled back. Raises NotPossible where it could not be made, and
    NotAllowed.
    """
    require(viewer, "look_at_release")
    cur, naming = store.cursor(), reading.read_naming(store, EVERYONE)
    current = reading.current_release(store)
    before = published_results.published_results(cur, EVERYONE, naming, current.number if current else 0)
    number, known = release_ledger.next_number(cur), closed_quarters.closed_to(cur)
    due = releasing.quarters_due(store) if closing else None
    with releasing.composed(store, number, due, heard, first=first) as made:
        after = published_results.published_results(made.cur, EVERYONE, naming, number)
        basis, closes = made.basis, made.basis.closes
    steps = _steps_since(store, current.last_event if current else 0)
    late = [e for e in reading.read_calendar(store, BACKBONE) if e.state in ("missing", "expected")]
    return Preview(
        number,
        current.number if current else None,
        basis,
        known,
        closes,
        release_changes.headlines(indicators(), before, after),
        release_changes.cell_changes(before, after),
        tuple(e for e in closed_quarters.errata(cur) if e.approved_at and e.release is None),
        steps.get("accepted", 0),
        steps.get("withdrawn", 0),
        tuple(late),
        *shown_release.changed(store, current.number if current else 0),
        after,
    )


def _steps_since(store: Store, event: int) -> dict[str, int]:
    """How many submissions were accepted or withdrawn last after a step of the ledger."""
    return dict(
        store.cursor()
        .execute(
            """SELECT state, count(*) FROM (SELECT max_by(state, event) AS state FROM submission_event
                   WHERE event > ? AND state IN ('accepted', 'withdrawn') GROUP BY submission)
               GROUP BY state""",
            [event],
        )
        .fetchall()
    )


def planned(store: Store) -> dt.date:
    """The day for which the next release is planned; past when it is late. The same for every viewer."""
    settings = store.partnership
    return kept_reads.read(store, closed_quarters.planned, settings.calendar, reading.today(settings))


def past_releases(store: Store, viewer: Viewer) -> list[PastRelease]:
    """The releases that were made, the newest first. Raises NotAllowed."""
    require(viewer, "read_releases")
    return list(kept_reads.read(store, release_ledger.past_releases))
