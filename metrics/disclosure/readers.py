"""Who reads a release: the public, and each partner, who knows its own counts; and who stands in for many of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from metrics.counting.input_views import PARTNERSHIP
from metrics.disclosure.cell_numbers import CellNumbers

_BLOCK, _TIMES = 4, 3
"""Partners dealt into a block where there are more of them, and how often they are dealt anew."""
_HELPERS = 8
"""With so many partners of many people the audit looks at each other one first."""
_GROWING = (4, 10)
"""With so many partners of many people the audit looks at a few counts, before all of them."""
_ENOUGH = 11.0
"""More people than this in a cell do not help more."""
_FEW = 1000
"""Cells that may as well be looked at all together."""
_ROOMY = 4
"""Partners with many people who are looked at together with any other."""


@dataclass(frozen=True)
class Reader:
    """Who subtracts: the partners whose own counts he `knows`. None: the public.

    Several stand for each of them: what is wide for one who knew the counts of all is wide for each.
    """

    knows: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return ", ".join(sorted(self.knows)) or "the public"

    def moving(self, known: CellNumbers, cells: np.ndarray) -> np.ndarray:
        """Which of the cells (numbers, k) he does not know once they are hidden, as booleans."""
        return ~known.known[cells] & ~known.of(self.knows, cells)

    def less(self, other: "Reader") -> bool:
        """Whether he knows no more than another."""
        return self.knows <= other.knows


def readers(known: CellNumbers, cells: np.ndarray) -> list[Reader]:
    """The readers who know different things of these cells; the public only where no partner knows more of each."""
    partners = _partners(known, cells)
    return [*(Reader(frozenset([p])) for p in partners), *([] if len(partners) > 1 else [Reader()])]


def stand_ins(known: CellNumbers, cells: np.ndarray) -> list[Reader]:
    """Readers who each stand for several: what they cannot bound need not be asked for each partner.

    First one who knows the counts of all partners. Then such as know those of all but a block of some: what moves
    within a block is possible for everyone outside it, and few counts move, however many partners there are. Partners
    are put into blocks several times over, so that hardly two are together in one each time.
    """
    partners = _partners(known, cells)
    if len(partners) < 2:
        return []
    everyone = frozenset(partners)
    found = [Reader(everyone)]
    if len(partners) > _BLOCK:
        chance, by_room = np.random.default_rng(len(partners)), _by_room(known, cells, partners)
        found += [Reader(everyone - block) for _ in range(_TIMES) for block in _dealt(by_room, chance)]
    return found


def auditors(known: CellNumbers, cells: np.ndarray) -> list[Reader]:
    """As `stand_ins`, for the audit, which asks less of each and of more of them.

    After the one who knows all partners' counts come such as know those of all but two: what moves between a partner
    and one with many people is possible for everyone else; with a second such partner it is for the first as well. Of
    many partners then such as know those of half of them, so divided that any two are apart in one way at least.
    """
    partners = _partners(known, cells)
    if len(partners) <= _BLOCK:
        return stand_ins(known, cells)
    everyone, by_room = frozenset(partners), _by_room(known, cells, partners)
    few = [*_pairs(by_room), *(_halves(by_room) if len(partners) > 2 * _BLOCK else ())]
    return [Reader(everyone), *(Reader(everyone - moving) for moving in dict.fromkeys(few))]


def growing(known: CellNumbers, cells: np.ndarray, reader: Reader, left: np.ndarray) -> Iterator[Reader]:
    """A reader, and before him such as stand for him too and know more: of few counts `left` (numbers of cells).

    They know all partners' counts but of those that have these cells, and of some with many people: fewer move.
    """
    partners = _partners(known, cells)
    others = [p for p in _by_room(known, cells, partners) if p not in reader.knows]
    mine = {p for p in known.owners(left) if p in others}
    for helpers in _GROWING:
        moving = mine | set([p for p in others if p not in mine][:helpers])
        if len(moving) < len(others):
            yield Reader(frozenset(partners) - moving)
    yield reader


def _pairs(by_room: list[str]) -> Iterator[frozenset[str]]:
    """Each partner with each of the few that have the most people, the largest first."""
    for place in range(_HELPERS):
        for partner in by_room:
            yield frozenset([partner, *[p for p in by_room if p != partner][place : place + 1]])


def _halves(by_room: list[str]) -> Iterator[frozenset[str]]:
    """Halves, each with some of many people and some of few: by the last binary digit of a partner's place, and by
    whether another digit is the same as the last."""
    for digit in range((len(by_room) - 1).bit_length()):
        of = [(n & 1) ^ (n >> digit & 1 if digit else 0) for n in range(len(by_room))]
        yield from (frozenset(p for p, at in zip(by_room, of, strict=True) if at == half) for half in (0, 1))


def _dealt(by_room: list[str], chance: np.random.Generator) -> list[frozenset[str]]:
    """Partners in blocks, each with some of many people and some of few."""
    number = -(-len(by_room) // _BLOCK)
    order = chance.permuted(np.tile(np.arange(number), (_BLOCK, 1)), axis=1).ravel()
    return [frozenset(p for p, block in zip(by_room, order, strict=False) if block == n) for n in range(number)]


def many(known: CellNumbers, cells: np.ndarray) -> bool:
    """Whether so many partners have so many of the cells (numbers) that they are better looked at some at a time."""
    return len(cells) > _FEW and len(_partners(known, cells)) > 2 * _BLOCK


def beside(
    known: CellNumbers, cells: np.ndarray, reader: Reader, *, all_groupings: bool = False
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The cells in small sets in which they can be kept from a reader, as booleans (k): those to be kept, and all.

    First people who change groups of one grouping, unless `all_groupings`; where there are many partners, of one and of
    some with many people. Then, of these, all groups. None for a few cells.
    """
    if len(cells) <= _FEW:
        return
    partners = [p for p in _partners(known, cells) if p not in reader.knows]
    by_room = _by_room(known, cells, partners)
    one_by_one = many(known, cells)
    whose = [{p} for p in [*by_room, PARTNERSHIP]] if one_by_one else [{*partners, PARTNERSHIP}]
    sets = []
    for owners in whose:
        with_them = [p for p in by_room if p not in owners][:_ROOMY]
        sets.append((known.of(owners, cells), known.of([*owners, *with_them, PARTNERSHIP], cells)))
    for grouping in np.unique(known.grouping[cells], axis=0) if not all_groupings else ():
        near, mine = known.near(grouping, cells), (known.grouping[cells] == grouping).all(axis=1)
        yield from ((mine & own, near & among) for own, among in sets)
    if one_by_one:
        yield from sets


def _by_room(known: CellNumbers, cells: np.ndarray, partners: list[str]) -> list[str]:
    """Partners, first those with the most people who could count elsewhere in the cells (numbers)."""
    room = np.minimum(known.counts[cells, :2], _ENOUGH).sum(axis=1)
    return sorted(partners, key=lambda p: (-float(room[known.of([p], cells)].sum()), p))


def _partners(known: CellNumbers, cells: np.ndarray) -> list[str]:
    if not (known.owner == PARTNERSHIP).any():
        return []
    return [name for name in known.owners(cells) if name != PARTNERSHIP]
