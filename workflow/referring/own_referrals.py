"""What a partner reads of its own referrals: exact, from its own rows, for nobody else."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.ledger import kept_reads
from data.ledger.store import Store
from metrics.results import referral_ends
from metrics.results.referral_ends import Referral
from metrics.statistics.kaplan_meier import Quantile, kaplan_meier, quantile
from schemas.policy.access.permissions import may
from schemas.policy.viewer import Viewer
from workflow.access.permitting import require

RUN_OUT = 90
"""Days after which a referral that is open is not closed in the measures."""


@dataclass(frozen=True)
class Became:
    """Of the referrals with one partner at the other end (None: not told), how many, and what became of them."""

    other: str | None
    sent: int
    helped: int
    closed: int
    open: int


@dataclass(frozen=True)
class Side:
    """The referrals that were sent to the partner, or by it."""

    by_other: tuple[Became, ...]
    """The partner with most of them first."""
    refusals: tuple[tuple[str, str | None, int], ...]
    """Need, reason, and how many were closed without help; most first."""
    half: Quantile
    """Days after which half of the people were helped."""
    helped_by: tuple[tuple[int, float], ...]
    """Days, and the share helped by then, 0 to 1."""

    @property
    def sent(self) -> int:
        """How many there are."""
        return sum(b.sent for b in self.by_other)

    @property
    def helped(self) -> int:
        """How many ended with help."""
        return sum(b.helped for b in self.by_other)


@dataclass(frozen=True)
class OwnReferrals:
    """Both sides of a partner's referrals of a year, and those that are open too long: to be found by file and row."""

    to_us: Side
    by_us: Side
    first: dt.date | None
    last: dt.date | None
    open_too_long: tuple[Referral, ...]
    names: Mapping[str, str]
    """What the partner is shown the others as."""


def sends(store: Store, viewer: Viewer) -> bool:
    """Whether there is something to read for the viewer: a partner that sends referrals."""
    mine = viewer.partner_id or ""
    return may(viewer, "see_unreleased", mine) and kept_reads.read(store, referral_ends.sends, mine)


def concerns(store: Store, viewer: Viewer) -> bool:
    """Whether the page has something for the viewer: a partner that sends referrals, is asked for them, or is a food
    bank, to which others refer."""
    mine = next((p for p in store.partnership.members if p.id == viewer.partner_id), None)
    asked = mine is not None and (mine.kind == "food_bank" or "referrals" in mine.sends)
    return sends(store, viewer) or (asked and may(viewer, "see_unreleased", viewer.partner_id))


def read_senders(store: Store, viewer: Viewer, partner_id: str) -> list[str]:
    """Names of the other partners that the partner knows by name. Raises NotAllowed to everyone but the partner."""
    require(viewer, "see_unreleased", partner_id)
    return [p.name for p in store.partnership.members if p.named and p.id != partner_id]


def read_own(store: Store, viewer: Viewer, partner_id: str) -> OwnReferrals:
    """The partner's referrals. Raises NotAllowed to everyone but the partner."""
    require(viewer, "see_unreleased", partner_id)
    found = referral_ends.read_ends(store.cursor(), partner_id)
    days = [one.sent_on for one in found]
    late = (one for one in found if one.end == "open" and one.days > RUN_OUT)
    return OwnReferrals(
        _side(one for one in found if one.to_us), _side(one for one in found if not one.to_us),
        min(days, default=None), max(days, default=None), tuple(late),
        _names(store, partner_id),
    )  # fmt: skip


def _names(store: Store, partner_id: str) -> dict[str, str]:
    """How a partner's own page calls the others: by name who agreed to be named, else by the id that its file gave. A
    letter would tell whose letter it is."""
    return {p.id: p.name if p.named or p.id == partner_id else p.id for p in store.partnership.partners}


def _side(referrals: Iterable[Referral]) -> Side:
    found = list(referrals)
    # Whom nobody helped waits, also where the referral was closed: no one else is taken to be helped instead.
    curve = kaplan_meier([one.days for one in found], [one.end == "helped" for one in found])
    refused = Counter((one.need, one.reason) for one in found if one.end == "closed")
    others = Counter(one.other for one in found)
    return Side(
        tuple(_became(other, [one for one in found if one.other == other]) for other, _ in others.most_common()),
        tuple((need, reason, many) for (need, reason), many in refused.most_common()),
        quantile(curve, 0.5),
        tuple((days, curve.done_by(days)) for days in (30, 60, RUN_OUT)),
    )


def _became(other: str | None, found: list[Referral]) -> Became:
    ends = Counter(one.end for one in found)
    return Became(other, len(found), ends["helped"], ends["closed"], ends["open"])
