"""A swap proof: the plainest proof that a hidden count could be another.

Let some people change places between groups of one partner, and the other way round at another partner or in the
partnership's figure: a few cells change, and every sum stays. Where all of them are hidden, no reader who knows neither
row can tell whether it happened. Most hidden counts are kept safe by such swaps, which are found table by table
without a linear program; what needs more is left to `metrics.disclosure.complementary_suppression`. A swap counts
as a proof only when it leaves every relation of `metrics.disclosure.adding_up` as it is (`SwapProofs.proven`).
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


class _Cheapest:
    """The cheapest swaps in a table. `losses` (way, row, column): of hiding a cell, kept up to date by the caller.

    Tables are of some ten rows and columns, so plain lists take a fifth of the time that arrays did.
    """

    def __init__(self, table: Table, state: Room, people: float) -> None:
        self._table, self._people = table, people
        self._falls, self.losses = state.could_fall.tolist(), state.loss.tolist()
        self._rises = np.where(state.loss < NEVER, people, 0).tolist()
        self._nobodys, self._turned = table.nobodys.tolist(), table.turned.tolist()
        self._alike = [np.flatnonzero(row).tolist() for row in table.alike]

    def of(self, count: Count, r: int, c: int, *, high: bool) -> list[tuple[int, int, int]]:
        """Cells (way, row, column) of the cheapest swaps that keep a count from every reader; none: no way.

        `high`: it may as well be shown to be lower.
        """
        best: dict[int, tuple[float, int, list[int]]] = {}
        for way in self._table.ways_of[count]:
            for up in (True, False) if high else (True,):
                self._look(way, up, r, c, best)
        _, rows, columns = self._table.keys.shape
        return [
            (way, row, column)
            for other in self._others({other: loss for other, (loss, _, _) in best.items()})
            for _, way, taken in [best[other]]
            for row in (r, other) if row < rows
            for column in (c, *taken) if column < columns
        ]  # fmt: skip

    def _look(self, way: int, up: bool, r: int, c: int, best: dict[int, tuple[float, int, list[int]]]) -> None:
        """Note for each other row the `best` swap: its loss, and the way and the other columns."""
        rises, falls, losses = self._rises[way], self._falls[way], self.losses[way]
        own, beside, across, corner = (rises, falls, falls, rises) if up else (falls, rises, rises, falls)
        if own[r][c] < self._people:
            return
        for other in self._alike[r]:
            one, two = (corner, across) if self._turned[r][other] else (across, corner)
            if one[other][c] < self._people:
                continue
            at_least, dearest = losses[r][c] + losses[other][c], best[other][0] if other in best else _DEAREST
            if at_least >= dearest:
                continue
            loss, taken, found = 0.0, [], 0.0
            for _, column, people, lost in sorted(
                ((losses[r][j] + losses[other][j]) / people, j, people, losses[r][j] + losses[other][j])
                for j, people in enumerate(map(min, beside[r], two[other])) if people > 0 and j != c
            ):  # fmt: skip
                loss, found = loss + lost, found + people
                taken.append(column)
                if found >= self._people:
                    break
            if found >= self._people and at_least + loss < dearest:
                best[other] = at_least + loss, way, taken

    def _others(self, loss: dict[int, float]) -> list[int]:
        """Which other rows to take: one that no partner knows, or two partners', whichever loses less."""
        cheapest = sorted(loss, key=lambda other: (loss[other], other))
        one = [other for other in cheapest if self._nobodys[other]][:1]
        two = [other for other in cheapest if not self._nobodys[other]][:2]
        return two if not one or (len(two) == 2 and loss[two[0]] + loss[two[1]] < loss[one[0]]) else one


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
            asked = self._can.asked(table)
            state = self._can.state(table) if asked else None
            for count, guarded in asked.items():
                assert state
                proofs = self._can.proofs(table, state, count)
                rows, columns = np.nonzero(self._can.enough(table, count, proofs) & guarded)
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
        can, keys_at = self._can, table.keys.tolist()
        seen: set[tuple[int, int, int, int]] = set()
        while asked := can.asked(table):
            state = can.state(table)
            targets = [
                (can.lowest[table.keys[k, r, c], m], k, m, r, c)
                for (k, m), guarded in asked.items()
                for r, c in np.argwhere(guarded & ~can.enough(table, (k, m), can.proofs(table, state, (k, m)))).tolist()
                if (k, m, r, c) not in seen
            ]
            if not targets:
                return
            cheapest = _Cheapest(table, state, can.people)
            vain = True
            for value, k, m, r, c in sorted(targets):
                seen.add((k, m, r, c))  # what it needs is hidden now, or cannot be
                cells = cheapest.of((k, m), r, c, high=value >= can.smallest)
                keys = [keys_at[i][row][column] for way, row, column in cells for i, _ in table.ways[way]]
                if not can.hidden[keys].all():
                    hidden[can.keys.cells(np.array(keys))[0]] = True
                    can.hidden[keys], can.loss[keys], vain = True, 0, False
                    cheapest.losses = can.losses(table).tolist()
            if vain:
                return

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
        number = np.concatenate([everyone, everyone, which, which])
        row = np.concatenate([rows, others, rows[which], others[which]])
        column = np.concatenate([columns, columns, beside, beside])
        size = np.concatenate([sign * amount, -sign * turn * amount, -sign * given, sign * turn[which] * given])
        real = np.flatnonzero(table.real(row, column))
        number, row, column, size = moves.size + number[real], row[real], column[real], size[real]
        for k, side in table.ways[way]:
            cells, of = self._can.keys.cells(table.keys[k, row, column])
            moves.which.append(number[of])
            moves.columns.append(2 * cells + side)
            moves.people.append(size[of])
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
