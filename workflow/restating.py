"""An erratum: closed periods are restated, whole tables at once, where no change tells of a few people.

Proposed (what would change is shown), approved by backbone staff (it is looked at again, and applied), published with
the next release. Or refused, in words that hold no count.
"""

from dataclasses import dataclass

import duckdb
import polars as pl

from data.ledger import closed_quarters, kept_reads, submissions
from data.ledger.closed_quarters import Erratum
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from metrics.composing import closed_counts, restatement
from metrics.counting import counts
from metrics.counting.declaration import Indicator
from metrics.indicators import indicators
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.status_words import ERRATUM
from schemas.policy.viewer import SERVER, Viewer
from workflow.access.permitting import require


@dataclass(frozen=True)
class Proposal:
    """An erratum and what it changes: `metrics.composing.restatement.changes`, for backbone staff alone."""

    erratum: int
    changes: pl.DataFrame


@dataclass(frozen=True)
class Moves:
    """How many cells of a measure and owner an erratum moves, and the largest change of each count."""

    indicator: str
    owner: str
    cells: int
    denominator: int
    numerator: int


def moves(found: Proposal) -> list[Moves]:
    """What an erratum changes, by measure and owner."""
    rows = found.changes.group_by("indicator", "owner").agg(
        cells=pl.len(), denominator=_most("denominator"), numerator=_most("numerator")
    )
    return [Moves(**row) for row in rows.sort("indicator", "owner").iter_rows(named=True)]


def _most(name: str) -> pl.Expr:
    return pl.col(name).sort_by(pl.col(name).abs()).last()


def propose(store: Store, dataset: str, reason: str, actor: str = "", *, viewer: Viewer = SERVER) -> Proposal:
    """Look at what a restatement of a dataset would change, and record it to be approved.

    Raises NotPossible where it may not be made, and KeyError for an unknown dataset. NotAllowed for who may not.
    """
    require(viewer, "propose_errata")
    if dataset not in DATASETS:
        raise KeyError(f"no dataset is called {dataset!r}; known datasets: {', '.join(DATASETS)}")
    if reason not in ERRATUM:
        raise NotPossible(f"name one of these reasons: {', '.join(ERRATUM)}")
    with store.accepting:
        cur = store.cursor()
        cur.execute("BEGIN")
        try:
            number = closed_quarters.propose(cur, dataset, reason, actor, store.now())
            found = _restated(store, cur, number, dataset, actor)
        finally:
            cur.execute("ROLLBACK")
        with store.changing(cur):
            return Proposal(closed_quarters.propose(cur, dataset, reason, actor, store.now()), found)


def approve(store: Store, number: int, actor: str, *, viewer: Viewer = SERVER) -> Proposal:
    """Apply a proposed erratum; the next release publishes it. Raises NotPossible where it may not be made."""
    require(viewer, "approve_errata")
    with store.accepting:
        cur = store.cursor()
        proposed = next((e for e in closed_quarters.errata(cur) if e.erratum == number), None)
        if proposed is None or proposed.approved_at:
            raise NotPossible(f"there is no erratum {number} that waits for approval")
        if not actor.strip():
            raise NotPossible("an approval needs the name of who gives it")
        with store.changing(cur):
            return Proposal(number, _restated(store, cur, number, proposed.dataset, actor))


def read_errata(store: Store) -> list[Erratum]:
    """The errata that a release has published, oldest first: the same for everyone."""
    return [e for e in kept_reads.read(store, closed_quarters.errata) if e.release is not None]


def read_proposed(store: Store, *, viewer: Viewer = SERVER) -> list[Erratum]:
    """All errata, also those that wait. Raises NotAllowed."""
    require(viewer, "read_errata")
    return closed_quarters.errata(store.cursor())


def _restated(store: Store, cur: duckdb.DuckDBPyConnection, number: int, dataset: str, actor: str) -> pl.DataFrame:
    """Restate within the caller's transaction; what changed. Raises NotPossible where it may not."""
    closed = closed_quarters.closed_to(cur)
    if closed is None:
        raise NotPossible("nothing is closed yet: a correction counts with the next release")
    before = restatement.closed_cells(cur)
    closed_quarters.approve(cur, number, actor, store.now())
    for partner in {s.partner_id for s in submissions.submissions(cur) if s.dataset == dataset}:
        submissions.make_current(cur, partner, dataset)
    counts.refresh_all(cur, indicators().values(), store.partnership.choices)
    closed_counts.restate(cur, _affected(dataset), store.partnership.choices, closed)
    after = restatement.closed_cells(cur)
    found = restatement.changes(before, after)
    if found.is_empty():
        raise NotPossible("no closed figure would change")
    smallest = store.partnership.policy.smallest_cell
    if not restatement.allowed(found, smallest):
        raise NotPossible(
            f"a figure would change by fewer than {smallest} people, or would without one partner's changes. "
            "Who compares the releases would learn about single people, so nothing was changed"
        )
    restatement.drop_moved_pairs(cur, before, after)
    return found


def _affected(dataset: str) -> list[Indicator]:
    """The measures whose tables are restated whole: those that read the dataset."""
    return [i for i in indicators().values() if dataset in i.reach or dataset == "indicator_counts"]
