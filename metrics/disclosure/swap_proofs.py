"""A swap proof: the plainest proof that a hidden count could be another.

Let some people change places between groups of one partner, and the other way round at another partner or in the
partnership's figure: a few cells change, and every sum stays. Where all of them are hidden, no reader who knows neither
row can tell whether it happened. Most hidden counts are kept safe by such swaps, which are found table by table
without a linear program; what needs more is left to `metrics.disclosure.complementary_suppression`. A swap counts
as a proof only when it leaves every relation of `metrics.disclosure.relations` as it is (`SwapProofs.proven`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from metrics.disclosure.cell_numbers import CellNumbers
from metrics.disclosure.margin_tables import Keys, Table
from metrics.disclosure.swap_capacity import NEVER, Count, Room, SwapCapacity

_DEAREST = 100.0
"""Swaps that lose more are left to the linear programs, which find longer and cheaper ways."""


@dataclass
class _Moves:
    """Swaps as changes of counts, and the count (key, measure) that each is to show wide."""

    size: int = 0
    keys: list[np.ndarray] = field(default_factory=list)
    measures: list[np.ndarray] = field(default_factory=list)
    which: list[np.ndarray] = field(default_factory=list)
    columns: list[np.ndarray] = field(default_factory=list)
    people: list[np.ndarray] = field(default_factory=list)


class SwapProofs:
    """The tables of some cells, and what swaps of people can prove or protect in them."""

    def __init__(self, known: CellNumbers, keys: Keys, tables: list[Table], smallest: int) -> None:
        self.tables = tables
        self._can = SwapCapacity(known, keys, smallest)

    def protect(self, hidden: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """`hidden` (n) and what else is to be hidden, at little loss, so that swaps prove the counts they can.

        `weight` (n): the loss when a cell is hidden.
        """
        hidden = hidden.copy()
        self._can.look(hidden, weight)
        for table in self.tables:
            self._protect(table, hidden)
        return hidden

    def proven(self, hidden: np.ndarray) -> np.ndarray:
        """Counts (n, 3) that swaps of hidden cells prove to be wide for every reader."""
        self._can.look(hidden, np.zeros(len(hidden)))
        moves = _Moves()
        for table in self.tables:
            state = self._can.state(table)
            for count, proofs in self._can.proofs(table, state).items():
                rows, columns = np.nonzero(self._can.enough(table, count, proofs) & self._can.guarded(table, count))
                for others in self._witnesses(table, proofs, rows, columns) if len(rows) else ():
                    self._swap(table, state, count, rows, columns, others, moves)
        found = np.zeros((self._can.known.size, 3), bool)
        if moves.size:
            stands = self._stands(moves, hidden)
            keys, measures = np.concatenate(moves.keys), np.concatenate(moves.measures)
            for right, value in ((stands, True), (~stands, False)):  # one of two that does not stand is one too few
                cells, of = self._can.keys.cells(keys[right])
                found[cells, measures[right][of]] = value
        return found

    def _protect(self, table: Table, hidden: np.ndarray) -> None:
        can = self._can
        seen: set[tuple[int, int, int, int]] = set()
        while True:
            state = can.state(table)
            targets = [
                (can.lowest[table.keys[k, r, c], m], k, m, r, c)
                for (k, m), proofs in can.proofs(table, state).items()
                for r, c in np.argwhere(can.guarded(table, (k, m)) & ~can.enough(table, (k, m), proofs)).tolist()
                if (k, m, r, c) not in seen
            ]
            if not targets:
                return
            for _, k, m, r, c in sorted(targets):
                seen.add((k, m, r, c))  # what it needs is hidden now, or cannot be
                cells = self._cheapest(table, state, (k, m), r, c)
                keys = np.array([
                    table.keys[i, row, column]
                    for way, row, column in cells if table.real(row, column) for i, _ in table.ways[way]
                ], dtype=int)  # fmt: skip
                if not can.hidden[keys].all():
                    hidden[can.keys.cells(keys)[0]] = True
                    can.hidden[keys], can.loss[keys] = True, 0
                    state = can.state(table)

    def _cheapest(self, table: Table, state: Room, count: Count, r: int, c: int) -> list[tuple[int, int, int]]:
        """Cells (way, row, column) of the cheapest swaps that keep a count from every reader; none: no way."""
        rows = state.rises.shape[1]
        best: list[tuple[float, list[tuple[int, int, int]]]] = [(NEVER, [])] * rows
        turned = table.turned[r]
        for way in table.ways_of[count]:
            loss, falls = state.loss[way], state.could_fall[way]
            rises = np.where(loss < NEVER, self._can.people, 0)
            for up in (True, False) if self._can.high(table, count)[r, c] else (True,):
                own, beside, across, corner = (rises, falls, falls, rises) if up else (falls, rises, rises, falls)
                corners = np.where(turned[:, None], across, corner)
                across = np.where(turned, corner[:, c], across[:, c])
                usable = table.alike[r] & (across >= self._can.people) & (own[r, c] >= self._can.people)
                people = np.minimum(beside[r][None, :], corners) * usable[:, None]
                people[:, c] = 0
                lost = loss[r][None, :] + loss
                order = np.argsort(np.where(people > 0, lost / np.maximum(people, 1), NEVER), axis=1)
                enough = np.cumsum(np.take_along_axis(people, order, axis=1), axis=1)
                for other in np.flatnonzero(enough[:, -1] >= self._can.people).tolist():
                    columns = order[other, : np.searchsorted(enough[other], self._can.people) + 1]
                    total = loss[r, c] + loss[other, c] + lost[other, columns].sum()
                    if total < min(best[other][0], _DEAREST):
                        pairs = [(way, row, int(column)) for row in (r, other) for column in (c, *columns)]
                        best[other] = (total, pairs)
        return [cell for other in self._others(table, np.array([b[0] for b in best])) for cell in best[other][1]]

    def _others(self, table: Table, best: np.ndarray) -> list[int]:
        """Which other rows to take: one that no partner knows, or two partners', whichever loses less."""
        nobodys, partners = np.where(table.nobodys, best, NEVER), np.where(table.nobodys, NEVER, best)
        one, two = int(nobodys.argmin()), np.argsort(partners, kind="stable")[:2].tolist()
        if nobodys[one] < NEVER and nobodys[one] <= sum(partners[two]):
            return [one]
        return [other for other in two if partners[other] < NEVER]

    def _witnesses(
        self, table: Table, proofs: np.ndarray, rows: np.ndarray, columns: np.ndarray
    ) -> Iterator[np.ndarray]:
        """The other rows of one swap for each of these cells, and of a second one where it takes two."""
        value = proofs[rows, columns] * (1 + table.nobodys)
        first = value.argmax(axis=1)
        yield first
        value[np.arange(len(rows)), first] = 0
        second = np.where(value.max(axis=1) > 0, value.argmax(axis=1), first)
        yield np.where(table.nobodys[first], first, second)

    def _swap(
        self, table: Table, state: Room, count: Count, rows: np.ndarray, columns: np.ndarray, others: np.ndarray,
        moves: _Moves,
    ) -> None:  # fmt: skip
        """Add swaps with these other rows, upwards and downwards as needed, for each of these cells."""
        k, m = count
        ways = table.ways_of[count]
        up, down = (
            np.array([self._can.most(table, state, w, up=way)[rows, columns, others] for w in ways])
            for way in (True, False)
        )
        value = self._can.lowest[table.keys[k, rows, columns], m]
        down = np.minimum(down, value)
        most, least = up.max(axis=0), down.max(axis=0)
        only_down = (value >= self._can.smallest) & (least >= self._can.people)
        for amount, best, needed, upwards in (
            (most, up, ~only_down, True), (least, down, only_down | (most < self._can.people), False),
        ):  # fmt: skip
            for place, way in enumerate(ways):
                at = np.flatnonzero(needed & (amount > 0) & (best.argmax(axis=0) == place))
                if len(at):
                    self._add(table, state, way, count, upwards, rows[at], columns[at], others[at], amount[at], moves)

    def _add(
        self, table: Table, state: Room, way: int, count: Count, up: bool, rows: np.ndarray, columns: np.ndarray,
        others: np.ndarray, amount: np.ndarray, moves: _Moves,
    ) -> None:  # fmt: skip
        """Add one swap of so many people for each of these cells; other columns share what makes up for it."""
        rises, falls = state.rises[way], state.falls[way]
        turned = table.turned[rows, others]
        corners = np.where((turned == up)[:, None], falls[others], rises[others])
        people = np.minimum((falls if up else rises)[rows], corners)
        people[np.arange(len(rows)), columns] = 0
        order = np.argsort(-people, axis=1)
        most = np.take_along_axis(people, order, axis=1)
        taken = np.clip(amount[:, None] - (np.cumsum(most, axis=1) - most), 0, most)
        which, place = np.nonzero(taken)
        beside, given = order[which, place], taken[which, place]
        sign, turn = (1 if up else -1), np.where(turned, -1, 1)
        everyone = np.arange(len(rows))
        for number, row, column, size in (
            (everyone, rows, columns, sign * amount), (everyone, others, columns, -sign * turn * amount),
            (which, rows[which], beside, -sign * given), (which, others[which], beside, sign * turn[which] * given),
        ):  # fmt: skip
            real = np.flatnonzero(table.real(row, column))
            for k, side in table.ways[way]:
                cells, of = self._can.keys.cells(table.keys[k, row[real], column[real]])
                moves.which.append(moves.size + number[real][of])
                moves.columns.append(2 * cells + side)
                moves.people.append(size[real][of])
        k, m = count
        moves.size += len(rows)
        moves.keys.append(table.keys[k, rows, columns])
        moves.measures.append(np.full(len(rows), m))

    def _stands(self, moves: _Moves, hidden: np.ndarray) -> np.ndarray:
        """Which moves change hidden counts alone, none below its limit, and leave every relation as it is."""
        known = self._can.known
        at = np.concatenate(moves.which), np.concatenate(moves.columns)
        change = csr_matrix((np.concatenate(moves.people), at), (moves.size, 2 * known.size))
        broken = (change @ known.relations.T).tocoo()
        one = change.tocoo()
        cell = one.col // 2
        shown = ~hidden[cell] | known.known[cell] | (known.value[one.col] + one.data < 0)
        whole = csr_matrix((one.data, (one.row, cell)), (moves.size, known.size)).tocoo()
        faults = [one.row[shown], whole.row[whole.data < self._can.least[whole.col]], broken.row[broken.data != 0]]
        return np.bincount(np.concatenate(faults), minlength=moves.size) == 0
