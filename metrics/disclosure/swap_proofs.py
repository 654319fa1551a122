"""Exchanges: the plainest proof that a hidden count could be another.

Let some people change places between groups of one partner, and the other way round at another partner or in the
partnership's figure: a few cells change, and every sum stays. Where all of them are hidden, no reader who knows neither
row can tell whether it happened. Most hidden counts are kept safe by such exchanges, which are found table by table
without a linear program; what needs more is left to `metrics.disclosure.complementary_suppression`. An exchange counts
as a proof only when it leaves every relation of `metrics.disclosure.relations` as it is (`Exchanges.proven`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from metrics.disclosure.cell_numbers import Book
from metrics.disclosure.margin_tables import Keys, Table

_NEVER = np.inf
_DEAREST = 100.0
"""Exchanges that lose more are left to the linear programs, which find longer and cheaper ways."""
_Count = tuple[int, int]
"""An indicator of a table, and numerator (0), rest (1) or denominator (2)."""


@dataclass
class _State:
    """What may change places in a table, its free row and column at the end: a layer for each way to be counted.

    `rises`, `falls` (way, row, column): how many people a cell can take, or give, up to the number that is needed; 0
    where one of its counts is shown. `could_fall`: how many if all were hidden. `loss`: of hiding what is not.
    """

    rises: np.ndarray
    falls: np.ndarray
    could_fall: np.ndarray
    loss: np.ndarray


@dataclass
class _Moves:
    """Exchanges as changes of counts, and the count (key, measure) that each is to show wide."""

    size: int = 0
    keys: list[np.ndarray] = field(default_factory=list)
    measures: list[np.ndarray] = field(default_factory=list)
    which: list[np.ndarray] = field(default_factory=list)
    columns: list[np.ndarray] = field(default_factory=list)
    people: list[np.ndarray] = field(default_factory=list)


class Exchanges:
    """The tables of a book, and what exchanges of people can prove or protect in them."""

    def __init__(self, known: Book, keys: Keys, tables: list[Table], smallest: int) -> None:
        self.known, self.keys, self.tables, self.smallest = known, keys, tables, smallest
        self._people = smallest - 1.0
        self._lowest = keys.least(known.counts)
        self._fixed = keys.most(known.known)
        self._nonzero = keys.most(known.counts > 0)
        self._published = keys.most(known.published)

    def protect(self, hidden: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """`hidden` (n) and what else is to be hidden, at little loss, so that exchanges prove the counts they can.

        `weight` (n): the loss when a cell is hidden.
        """
        hidden = hidden.copy()
        self._look(hidden, weight)
        for table in self.tables:
            self._protect(table, hidden)
        return hidden

    def proven(self, hidden: np.ndarray) -> np.ndarray:
        """Counts (n, 3) that exchanges of hidden cells prove to be wide for every reader."""
        self._look(hidden, np.zeros(len(hidden)))
        moves = _Moves()
        for table in self.tables:
            state = self._state(table)
            for count, proofs in self._proofs(table, state).items():
                rows, columns = np.nonzero(self._enough(table, count, proofs) & self._guarded(table, count))
                for others in self._witnesses(table, proofs, rows, columns) if len(rows) else ():
                    self._exchange(table, state, count, rows, columns, others, moves)
        found = np.zeros((self.known.size, 3), bool)
        if moves.size:
            stands = self._stands(moves, hidden)
            keys, measures = np.concatenate(moves.keys), np.concatenate(moves.measures)
            for right, value in ((stands, True), (~stands, False)):  # one of two that does not stand is one too few
                cells, of = self.keys.cells(keys[right])
                found[cells, measures[right][of]] = value
        return found

    def _look(self, hidden: np.ndarray, weight: np.ndarray) -> None:
        self._hidden = ~self.keys.most(~hidden)
        self._loss = self.keys.sum(weight * ~hidden)
        self._least = self.known.least(self.smallest, hidden, np.arange(self.known.size))
        self._room = self.keys.least(-self._least)

    def _state(self, table: Table) -> _State:
        _, rows, columns = table.keys.shape
        shape, inside = (len(table.ways), rows + 1, columns + 1), np.s_[:, :rows, :columns]
        rises, could_fall, loss = (np.full(shape, x) for x in (self._people, self._people, 0.0))
        for j, way in enumerate(table.ways):
            for k, side in way:
                keys = table.keys[k]
                there = (keys >= 0) & ~self._fixed[keys]
                gives = np.minimum(self._room[keys], self._lowest[keys, side]) * there
                could_fall[j][inside[1:]] = np.minimum(could_fall[j][inside[1:]], gives)
                rises[j][inside[1:]] *= there & self._hidden[keys]
                loss[j][inside[1:]] += np.where(there, self._loss[keys], _NEVER)
        for free, edge in ((table.free_row, np.s_[:, rows, :columns]), (table.free_column, np.s_[:, :rows, columns])):
            rises[edge] *= free
            could_fall[edge] *= free
            loss[edge] = np.where(free, 0, _NEVER)
        return _State(rises, np.minimum(rises, could_fall), could_fall, loss)

    def _guarded(self, table: Table, count: _Count) -> np.ndarray:
        """Cells (row, column) that are hidden and whose count nobody may bound narrowly: not known, and not none."""
        k, m = count
        keys = table.keys[k]
        mine = self._hidden & self._published & ~self._fixed & self._nonzero[:, m]
        return (keys >= 0) & mine[keys]

    def _high(self, table: Table, count: _Count) -> np.ndarray:
        """Cells (row, column) whose count may as well be shown to be lower."""
        k, m = count
        return self._lowest[table.keys[k], m] >= self.smallest

    # ---- hiding

    def _protect(self, table: Table, hidden: np.ndarray) -> None:
        seen: set[tuple[int, int, int, int]] = set()
        while True:
            state = self._state(table)
            targets = [
                (self._lowest[table.keys[k, r, c], m], k, m, r, c)
                for (k, m), proofs in self._proofs(table, state).items()
                for r, c in np.argwhere(self._guarded(table, (k, m)) & ~self._enough(table, (k, m), proofs)).tolist()
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
                if not self._hidden[keys].all():
                    hidden[self.keys.cells(keys)[0]] = True
                    self._hidden[keys], self._loss[keys] = True, 0
                    state = self._state(table)

    def _cheapest(self, table: Table, state: _State, count: _Count, r: int, c: int) -> list[tuple[int, int, int]]:
        """Cells (way, row, column) of the cheapest exchanges that keep a count from every reader; none: no way."""
        rows = state.rises.shape[1]
        best: list[tuple[float, list[tuple[int, int, int]]]] = [(_NEVER, [])] * rows
        turned = table.turned[r]
        for way in table.ways_of[count]:
            loss, falls = state.loss[way], state.could_fall[way]
            rises = np.where(loss < _NEVER, self._people, 0)
            for up in (True, False) if self._high(table, count)[r, c] else (True,):
                own, beside, across, corner = (rises, falls, falls, rises) if up else (falls, rises, rises, falls)
                corners = np.where(turned[:, None], across, corner)
                across = np.where(turned, corner[:, c], across[:, c])
                usable = table.alike[r] & (across >= self._people) & (own[r, c] >= self._people)
                people = np.minimum(beside[r][None, :], corners) * usable[:, None]
                people[:, c] = 0
                lost = loss[r][None, :] + loss
                order = np.argsort(np.where(people > 0, lost / np.maximum(people, 1), _NEVER), axis=1)
                enough = np.cumsum(np.take_along_axis(people, order, axis=1), axis=1)
                for other in np.flatnonzero(enough[:, -1] >= self._people).tolist():
                    columns = order[other, : np.searchsorted(enough[other], self._people) + 1]
                    total = loss[r, c] + loss[other, c] + lost[other, columns].sum()
                    if total < min(best[other][0], _DEAREST):
                        pairs = [(way, row, int(column)) for row in (r, other) for column in (c, *columns)]
                        best[other] = (total, pairs)
        return [cell for other in self._others(table, np.array([b[0] for b in best])) for cell in best[other][1]]

    def _others(self, table: Table, best: np.ndarray) -> list[int]:
        """Which other rows to take: one that no partner knows, or two partners', whichever loses less."""
        nobodys, partners = np.where(table.nobodys, best, _NEVER), np.where(table.nobodys, _NEVER, best)
        one, two = int(nobodys.argmin()), np.argsort(partners, kind="stable")[:2].tolist()
        if nobodys[one] < _NEVER and nobodys[one] <= sum(partners[two]):
            return [one]
        return [other for other in two if partners[other] < _NEVER]

    # ---- proving

    def _proofs(self, table: Table, state: _State) -> dict[_Count, np.ndarray]:
        """(row, column, other row) of each count: whether exchanges with that row show it to be wide."""
        found = {}
        for count, ways in table.ways_of.items():
            if ways:
                up, down = (np.max([self._most(table, state, w, up=up) for w in ways], axis=0) for up in (True, False))
                found[count] = table.alike[: table.keys.shape[1], None, :] & self._wide(table, count, up, down)
        return found

    def _wide(self, table: Table, count: _Count, up: np.ndarray, down: np.ndarray) -> np.ndarray:
        """Whether a count (row, column) that may rise and fall by so many people is wide enough."""
        k, m = count
        value = self._lowest[table.keys[k], m][:, :, None]
        return (value + up >= self.smallest) & (up + np.minimum(down, value) >= self._people)

    def _most(self, table: Table, state: _State, way: int, *, up: bool) -> np.ndarray:
        """(row, column, other row): how many people a cell can take (or give) when other columns make up for it."""
        _, rows, columns = table.keys.shape
        rises, falls = state.rises[way], state.falls[way]
        own, beside, across, corner = (rises, falls, falls, rises) if up else (falls, rises, rises, falls)
        turned, along = (_moved(own, beside, *two) for two in ((corner, across), (across, corner)))
        return np.where(table.turned[:, None, :], turned, along)[:rows, :columns]

    def _enough(self, table: Table, count: _Count, proofs: np.ndarray) -> np.ndarray:
        """Cells (row, column) whose proofs hold before every reader: a partner who knows one row does not know both."""
        fine = (proofs & table.nobodys).any(axis=2) | (proofs.sum(axis=2) >= 2)
        if table.two_way:
            return fine
        # Where only one partner has a part, it knows the partnership's count anyhow; others do not know its own.
        part = self._guarded(table, count) & ~table.partnership[:-1, None]
        alone = part & (part.sum(axis=0) == 1)
        return fine | ((proofs[:, :, :-1] & alone.T[None]).any(axis=2) & table.partnership[:-1, None])

    def _witnesses(
        self, table: Table, proofs: np.ndarray, rows: np.ndarray, columns: np.ndarray
    ) -> Iterator[np.ndarray]:
        """The other rows of one exchange for each of these cells, and of a second one where it takes two."""
        value = proofs[rows, columns] * (1 + table.nobodys)
        first = value.argmax(axis=1)
        yield first
        value[np.arange(len(rows)), first] = 0
        second = np.where(value.max(axis=1) > 0, value.argmax(axis=1), first)
        yield np.where(table.nobodys[first], first, second)

    def _exchange(
        self, table: Table, state: _State, count: _Count, rows: np.ndarray, columns: np.ndarray, others: np.ndarray,
        moves: _Moves,
    ) -> None:  # fmt: skip
        """Add exchanges with these other rows, upwards and downwards as needed, for each of these cells."""
        k, m = count
        ways = table.ways_of[count]
        up, down = (
            np.array([self._most(table, state, w, up=way)[rows, columns, others] for w in ways])
            for way in (True, False)
        )
        value = self._lowest[table.keys[k, rows, columns], m]
        down = np.minimum(down, value)
        most, least = up.max(axis=0), down.max(axis=0)
        only_down = (value >= self.smallest) & (least >= self._people)
        for amount, best, needed, upwards in (
            (most, up, ~only_down, True), (least, down, only_down | (most < self._people), False),
        ):  # fmt: skip
            for place, way in enumerate(ways):
                at = np.flatnonzero(needed & (amount > 0) & (best.argmax(axis=0) == place))
                if len(at):
                    self._add(table, state, way, count, upwards, rows[at], columns[at], others[at], amount[at], moves)

    def _add(
        self, table: Table, state: _State, way: int, count: _Count, up: bool, rows: np.ndarray, columns: np.ndarray,
        others: np.ndarray, amount: np.ndarray, moves: _Moves,
    ) -> None:  # fmt: skip
        """Add one exchange of so many people for each of these cells; other columns share what makes up for it."""
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
                cells, of = self.keys.cells(table.keys[k, row[real], column[real]])
                moves.which.append(moves.size + number[real][of])
                moves.columns.append(2 * cells + side)
                moves.people.append(size[real][of])
        k, m = count
        moves.size += len(rows)
        moves.keys.append(table.keys[k, rows, columns])
        moves.measures.append(np.full(len(rows), m))

    def _stands(self, moves: _Moves, hidden: np.ndarray) -> np.ndarray:
        """Which moves change hidden counts alone, none below its limit, and leave every relation as it is."""
        known = self.known
        at = np.concatenate(moves.which), np.concatenate(moves.columns)
        change = csr_matrix((np.concatenate(moves.people), at), (moves.size, 2 * known.size))
        broken = (change @ known.relations.T).tocoo()
        one = change.tocoo()
        cell = one.col // 2
        shown = ~hidden[cell] | known.known[cell] | (known.value[one.col] + one.data < 0)
        whole = csr_matrix((one.data, (one.row, cell)), (moves.size, known.size)).tocoo()
        faults = [one.row[shown], whole.row[whole.data < self._least[whole.col]], broken.row[broken.data != 0]]
        return np.bincount(np.concatenate(faults), minlength=moves.size) == 0


def _moved(own: np.ndarray, beside: np.ndarray, across: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """(row, column, other row): how many people can change places. Arguments (row, column): how many may there."""
    people = np.minimum(beside[:, None, :], corner[None])
    others = people.sum(axis=2)[:, None, :] - people.transpose(0, 2, 1)
    return np.minimum(np.minimum(others, own[:, :, None]), across.T[None])
