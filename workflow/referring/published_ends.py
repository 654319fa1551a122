"""What became of referrals, as everyone may see it: kept when a calendar year closed, and the same for all."""

from collections.abc import Mapping
from dataclasses import dataclass

from data.ledger.store import Store
from metrics.disclosure.declared_lists.fixed_rungs import Told
from schemas.policy.viewer import SERVER, Viewer
from workflow import reading
from workflow.access.permitting import require

MEASURE = "referral_served"
"""The measure that they stand beside."""


@dataclass(frozen=True)
class YearEnds:
    """A calendar year. `days`: helped within 30, 60, 90 days or not; `reasons`: of those not. Empty where hidden."""

    year: int
    days: Told
    reasons: Told


def read_ends(store: Store, *, viewer: Viewer = SERVER) -> list[YearEnds]:
    """The years that the release knows, the newest first. Raises NotAllowed."""
    require(viewer, "see_figures")
    rows = store.cursor().execute(
        "SELECT year, what, parts, people FROM loop_ends WHERE release <= ? ORDER BY year DESC, what, place",
        [reading.released(store)],
    )
    found: dict[int, dict[str, list[tuple[tuple[str, ...], int]]]] = {}
    for year, what, parts, people in rows.fetchall():
        told = found.setdefault(year, {}).setdefault(what, [])
        if parts:
            told.append((tuple(parts.split("+")), people))
    return [YearEnds(year, *_both(told)) for year, told in found.items()]


def _both(told: Mapping[str, list[tuple[tuple[str, ...], int]]]) -> tuple[Told, Told]:
    return tuple(told.get("days", ())), tuple(told.get("reasons", ()))
