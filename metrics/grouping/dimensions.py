"""The declared groupings of people, each with nested rungs from fine to coarse. The one source of the relations
between them: which table a release shows, what hides in it, its audit and the docs all read them here.

A row of the results names its grouping (`stratifier`), how coarse its groups are (`rung`, 0 the finest) and, of a
place, which coarser one holds it (`part_of`). Within a release each scope shows a grouping at one rung.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.counting.strata import AGE_SEX, ALL, EXCLUSION, JOINED, NOT_REPORTED, OTHER, PLACE

PAIR_FACTOR = 10
"""The rung of two groupings at once is that of the first times this, and that of the second."""


@dataclass(frozen=True)
class Rung:
    """A coarser grouping: `groups` names what each finer group belongs to; all that it does not name are in `rest`."""

    groups: Mapping[str, str] = field(default_factory=dict)
    rest: str | None = None
    """None: every group stays by itself."""

    def fold(self, category: str) -> str:
        """The group that a finest group is in."""
        return category if self.rest is None else self.groups.get(category, self.rest)


def _kept(rest: str, *groups: str, **joined: tuple[str, ...]) -> Rung:
    named = {group: group for group in groups} | {fine: name for name, many in joined.items() for fine in many}
    return Rung(named, rest)


FINEST = Rung()
RUNGS: dict[str, tuple[Rung, ...]] = {
    "race_ethnicity": (
        FINEST,
        _kept(OTHER, "white", "black", "hispanic", "asian"),
        _kept("other_than_white_or_not_stated", "white"),
    ),
    "sex": (FINEST, _kept("male_or_not_stated", "female")),
    "age_band": (
        FINEST,
        _kept("40-64_or_not_stated", "0-17", "18-39", "65-74", "75+"),
        _kept("18-64_or_not_stated", "0-17", "65-74", "75+"),
        _kept("0-64_or_not_stated", **{"65+": ("65-74", "75+")}),
    ),
    "language": (
        FINEST,
        _kept(OTHER, "english", "spanish", "chinese", "vietnamese"),
        _kept("other_than_english_spanish_or_not_stated", "english", "spanish"),
        _kept("other_than_english_or_not_stated", "english"),
    ),
    "payer": (
        FINEST,
        _kept(OTHER, "medicare", "medicaid", "dual", "commercial", "uninsured"),
        _kept("uninsured_other_or_not_stated", "commercial", medicare_or_medicaid=("medicare", "medicaid", "dual")),
    ),
    PLACE: (FINEST, Rung(rest="")),
    EXCLUSION: (FINEST,),
}
"""Grouping -> its rungs. Each group of a rung is made of whole groups of the rung before, and a name stands for the
same people at each rung that has it: a release shows one grouping at several rungs side by side. (A place's county is a
fact of the place: see `metrics.grouping.places`.) Any other grouping has its finest groups only."""
PLACE_NAMES = ("zip", "county_fips")
"""What a release calls the grouping by place, by its rung."""
PAIR_RUNGS: dict[str, tuple[tuple[int, int], ...]] = {
    f"race_ethnicity{JOINED}age_band": ((0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3)),
    f"race_ethnicity{JOINED}language": ((0, 0), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3)),
    f"race_ethnicity{JOINED}{PLACE}": ((0, 0), (1, 0), (1, 1), (2, 1)),
    AGE_SEX: ((0, 0), (0, 1), (1, 1), (2, 1), (3, 1)),
}
"""Two groupings at once -> the rungs of both, from fine to coarse."""


def rungs_of(grouping: str) -> tuple[Rung, ...]:
    """The rungs of a grouping (not of two at once)."""
    return RUNGS.get(grouping, (FINEST,))


def shown_as(grouping: str, rung: int) -> str:
    """What a release calls a grouping, or two at once, at a rung."""
    if JOINED in grouping:
        sides = zip(grouping.split(JOINED), divmod(rung, PAIR_FACTOR), strict=True)
        return JOINED.join(shown_as(*side) for side in sides)
    return PLACE_NAMES[rung] if grouping == PLACE else grouping


def at_rung(stratifier: str, rung: int) -> str:
    """A name that tells the rungs of a grouping apart, from what a release calls it: `race_ethnicity#1`."""
    if JOINED in stratifier:
        sides = zip(stratifier.split(JOINED), divmod(rung, PAIR_FACTOR), strict=True)
        return JOINED.join(at_rung(*side) for side in sides)
    if stratifier in (ALL, EXCLUSION):
        return stratifier
    return f"{PLACE if stratifier in PLACE_NAMES else stratifier}#{rung}"


def split_rung(name: str) -> tuple[str, int]:
    """What `at_rung` made a name of: the grouping (or two at once) and its rung."""
    sides = [side.split("#") for side in name.split(JOINED)]
    rungs = [int(rung) for _, rung in sides]
    grouping = JOINED.join(grouping for grouping, _ in sides)
    return grouping, rungs[0] if len(rungs) == 1 else rungs[0] * PAIR_FACTOR + rungs[1]


def of_now(stratifier: str, rung: int, category: str) -> tuple[str, str]:
    """The present names (stratifier, category) of a group of an earlier release, in which what any rung left over had
    the same name. A group that is of other people than any of its rung now stands in a grouping of its own."""
    if JOINED in stratifier:
        sides = zip(stratifier.split(JOINED), divmod(rung, PAIR_FACTOR), category.split(JOINED), strict=True)
        names = zip(*(of_now(*side) for side in sides), strict=True)
        return JOINED.join(next(names)), JOINED.join(next(names))
    at = RUNGS[stratifier][rung] if stratifier in RUNGS else FINEST
    if at.rest is None or category in (*at.groups.values(), at.rest):
        return stratifier, category
    known = category == OTHER and at.rest.startswith("other")
    return (stratifier, at.rest) if known else (f"{stratifier}_before", category)


def named_at(grouping: str, rung: int) -> str:
    """The name by `at_rung` of a grouping, or of two at once, at a rung."""
    return at_rung(shown_as(grouping, rung), rung)


def coarser(grouping: str, category: str, finer: int, rung: int, part_of: str | None = None) -> str:
    """The group at `rung` that holds a group of a finer rung. `part_of`: of a place, what holds it."""
    if JOINED in grouping:
        sides = zip(
            grouping.split(JOINED), category.split(JOINED), divmod(finer, PAIR_FACTOR), divmod(rung, PAIR_FACTOR),
            strict=True,
        )  # fmt: skip
        return JOINED.join(coarser(*side, part_of) for side in sides)
    if rung == finer:
        return category
    if grouping == PLACE:
        return part_of or NOT_REPORTED
    fine, coarse = rungs_of(grouping)[finer], rungs_of(grouping)[rung]
    if fine.rest is None:
        return coarse.fold(category)
    members = [group for group, into in fine.groups.items() if into == category]
    return coarse.fold(members[0]) if members else str(coarse.rest)
