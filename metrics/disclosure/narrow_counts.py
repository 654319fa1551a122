"""Counts that a reader knows too well: the audit of what a release hides, and what is known without it."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np

from metrics.disclosure.cell_numbers import CellNumbers, parts
from metrics.disclosure.linear_program import Region, together
from metrics.disclosure.reader_bounds import Sight, Wide, few_then_all, sights
from metrics.disclosure.readers import Reader, auditors, readers

_ENOUGH = 20
"""So many leaks are told, at least, of a release that has more."""
THREADS = min(os.cpu_count() or 1, 8)


class Given:
    """What a reader would know though this release showed nothing: from earlier releases and what he sent himself.

    No choice of hidden cells keeps it from him, so no release is to blame for it.
    """

    def __init__(self, known: CellNumbers, smallest: int) -> None:
        self._known, self._smallest, self._hidden = known, smallest, ~known.known
        self._found: dict[Reader, np.ndarray] = {}
        self._regions: dict[int, Region] = {}
        self._lock = Lock()

    def of(self, reader: Reader, cells: np.ndarray) -> np.ndarray:
        """Counts (k, 3) of the cells that were found to be given."""
        return self._found[reader][cells] if reader in self._found else np.zeros((len(cells), 3), bool)

    def look(self, reader: Reader, cells: np.ndarray, narrow: np.ndarray) -> np.ndarray:
        """Find out which of the counts `narrow` (k, 3) of the cells are given (k, 3)."""
        known = self._known
        asked = np.zeros((known.size, 3), bool)
        asked[cells] = narrow
        with self._lock:  # a region answers one at a time
            found = self._found.setdefault(reader, np.zeros((known.size, 3), bool))
            for place in known.apart_with(cells[narrow.any(axis=1)]):
                group = known.apart[place]
                if place not in self._regions:
                    self._regions[place] = Region(known, group, self._hidden, self._smallest)
                sight = Sight(self._regions[place], self._hidden, reader, Wide(known))
                sight.guarded &= asked[group]
                sight.widen(exactly=True)
                found[group] |= sight.narrow
            return narrow & found[cells]


@dataclass(frozen=True)
class Narrow:
    """A hidden count that a reader knows too well: `cell`, which of numerator, rest, denominator, and its range."""

    reader: Reader
    cell: int
    measure: int
    low: float
    high: float


def too_narrow(known: CellNumbers, hidden: np.ndarray, smallest: int, among: np.ndarray | None = None) -> list[Narrow]:
    """Hidden counts that some reader can bound more narrowly than is allowed: `_ENOUGH` of them, or all there are.

    Empty: the release is safe. `among` (n): only what hangs together with one of these cells.
    """
    wide, given = Wide(known), Given(known, smallest)

    all_found: list[Narrow] = []

    def look(cells: np.ndarray) -> None:
        if len(all_found) >= _ENOUGH:
            return
        for several in auditors(known, cells):
            for sight in sights(several, known, cells, hidden, wide, smallest):
                sight.widen(1, about=True)
                wide.note(sight)
        region = Region(known, cells, hidden, smallest)
        for reader in readers(known, cells):
            for sight in few_then_all(Sight(region, hidden, reader, wide), hidden, wide):
                last = sight.reader == reader
                sight.widen(4 if last else 1, exactly=last, about=True)
                wide.note(sight)
                if last:
                    all_found.extend(_told(sight, given))

    # What hangs together without anything of this release was looked at when it was released.
    at = known.near_now if among is None else known.near_now & among
    of_now = (g for g in parts(known, np.flatnonzero(hidden & ~known.known)) if at[g].any())
    with ThreadPoolExecutor(THREADS) as pool:
        groups = sorted(map(np.concatenate, together(of_now)), key=len, reverse=True)
        list(pool.map(look, groups))
    return all_found


def _told(sight: Sight, given: Given) -> list[Narrow]:
    """What a reader knows too well of what he sees, but for what he was given."""
    narrow, cells = sight.narrow, sight.region.cells
    if narrow.any():
        narrow &= ~given.look(sight.reader, cells, narrow)
    ends = sight.region.value + sight.low, sight.region.value + sight.high
    return [
        Narrow(sight.reader, int(cells[c]), int(m), *(float(end[c, m]) for end in ends)) for c, m in np.argwhere(narrow)
    ]
