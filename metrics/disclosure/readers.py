"""Who reads a release: the public, and each partner, who knows its own counts; and who stands in for many of them."""

from dataclasses import dataclass

import numpy as np

from metrics.counting.input_views import PARTNERSHIP
from metrics.disclosure.cell_numbers import CellNumbers

_BLOCK, _TIMES, _LEFT_OUT = 8, 4, 2
"""Partners dealt into a block where there are more of them, and how often they are dealt anew: at first for blocks
that move alone, then for blocks that stand still alone."""


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
    within a block is possible for everyone outside it, and few counts move, however many partners there are. At last
    such as know those of one block. Partners are put into blocks several times over, so that hardly two are together
    in one each time.
    """
    partners = _partners(known, cells)
    if len(partners) < 2:
        return []
    everyone = frozenset(partners)
    found = [Reader(everyone)]
    if len(partners) > _BLOCK:
        chance, number = np.random.default_rng(len(partners)), -(-len(partners) // _BLOCK)
        deals = [[partners[n] for n in chance.permutation(len(partners))] for _ in range(_TIMES)]
        blocks = [[frozenset(dealt[n::number]) for n in range(number)] for dealt in deals]
        found += [Reader(everyone - block) for deal in blocks for block in deal]
        found += [Reader(block) for deal in blocks[:_LEFT_OUT] for block in deal]
    return found


def _partners(known: CellNumbers, cells: np.ndarray) -> list[str]:
    owners = set(known.owner[cells].tolist())
    return sorted(owners - {PARTNERSHIP}) if (known.owner == PARTNERSHIP).any() else []
