"""How many people could change places in a table, and which counts that would show to be wide."""

from dataclasses import dataclass, field

import numpy as np

from metrics.disclosure.cell_numbers import CellNumbers
from metrics.disclosure.margin_tables import Keys, Table

NEVER = np.inf
Count = tuple[int, int]
"""An indicator of a table, and numerator (0), rest (1) or denominator (2)."""


@dataclass
class Room:
    """What may change places in a table, its free row and column at the end: a layer for each way to be counted.

    `rises`, `falls` (way, row, column): how many people a cell can take, or give, up to the number that is needed; 0
    where one of its counts is shown. `could_fall`: how many if all were hidden. `loss`: of hiding what is not. `most`:
    what `SwapCapacity.most` found, which is asked for several counts.
    """

    rises: np.ndarray
    falls: np.ndarray
    could_fall: np.ndarray
    loss: np.ndarray
    most: dict[tuple[int, bool], np.ndarray] = field(default_factory=dict)


class SwapCapacity:
    """What swaps can do in the tables of some cells, as things are hidden now."""

    def __init__(self, known: CellNumbers, keys: Keys, smallest: int) -> None:
        self.known, self.keys, self.smallest = known, keys, smallest
        self.people = smallest - 1.0
        self.lowest = keys.least(known.counts)
        self._fixed = keys.most(known.known)
        # Nobody may be known to be none, and a count that no table shows is a secret where it is small.
        self._secret = keys.most((known.counts > 0) & (~known.folded[:, None] | (known.counts < smallest)))
        self._published = keys.most(known.published)

    def look(self, hidden: np.ndarray, weight: np.ndarray) -> None:
        """Take in which cells (n) are hidden now, and the loss (n) when another one is."""
        self.hidden = ~self.keys.most(~hidden)
        self.loss = self.keys.sum(weight * ~hidden)
        self.least = self.known.least(self.smallest, hidden, np.arange(self.known.size))
        self._room = self.keys.least(-self.least)
        self._at_risk = (self._published & ~self._fixed)[:, None] & self._secret

    def state(self, table: Table) -> Room:
        """What may change places in a table as it is now."""
        _, rows, columns = table.keys.shape
        shape, inside = (len(table.ways), rows + 1, columns + 1), np.s_[:, :rows, :columns]
        rises, could_fall = np.full(shape, self.people), np.full(shape, self.people)
        for j, way in enumerate(table.ways):
            for k, side in way:
                keys = table.keys[k]
                there = (keys >= 0) & ~self._fixed[keys]
                gives = np.minimum(self._room[keys], self.lowest[keys, side]) * there
                could_fall[j][inside[1:]] = np.minimum(could_fall[j][inside[1:]], gives)
                rises[j][inside[1:]] *= there & self.hidden[keys]
        for free, edge in ((table.free_row, np.s_[:, rows, :columns]), (table.free_column, np.s_[:, :rows, columns])):
            rises[edge] *= free
            could_fall[edge] *= free
        return Room(rises, np.minimum(rises, could_fall), could_fall, self.losses(table))

    def losses(self, table: Table) -> np.ndarray:
        """(way, row, column): the loss when a cell of a table is hidden; `NEVER` where it cannot be."""
        lost = np.where((table.keys >= 0) & ~self._fixed[table.keys], self.loss[table.keys], NEVER)
        _, rows, columns = table.keys.shape
        loss = np.zeros((len(table.ways), rows + 1, columns + 1))
        for j, way in enumerate(table.ways):
            loss[j, :rows, :columns] = sum(lost[k] for k, _ in way)
        loss[:, rows, :columns] = np.where(table.free_row, 0, NEVER)
        loss[:, :rows, columns] = np.where(table.free_column, 0, NEVER)
        return loss

    def guarded(self, table: Table, count: Count) -> np.ndarray:
        """Cells (row, column) that are hidden and whose count nobody may bound narrowly."""
        k, m = count
        keys = table.keys[k]
        return (keys >= 0) & self.hidden[keys] & self._at_risk[keys, m]

    def asked(self, table: Table) -> dict[Count, np.ndarray]:
        """What is `guarded` of each count of a table of which anything is, and any swap shows anything of."""
        keys = table.keys
        if not (self.hidden[keys] & (keys >= 0)).any():
            return {}
        found = {count: self.guarded(table, count) for count, ways in table.ways_of.items() if ways}
        return {count: guarded for count, guarded in found.items() if guarded.any()}

    def proofs(self, table: Table, state: Room, count: Count) -> np.ndarray:
        """(row, column, other row) of a count: whether swaps with that row show it to be wide."""
        ways = table.ways_of[count]
        up, down = (np.max([self.most(table, state, w, up=up) for w in ways], axis=0) for up in (True, False))
        return table.alike[: table.keys.shape[1], None, :] & self._wide(table, count, up, down)

    def _wide(self, table: Table, count: Count, up: np.ndarray, down: np.ndarray) -> np.ndarray:
        """Whether a count (row, column) that may rise and fall by so many people is wide enough."""
        k, m = count
        value = self.lowest[table.keys[k], m][:, :, None]
        return (value + up >= self.smallest) & (up + np.minimum(down, value) >= self.people)

    def most(self, table: Table, state: Room, way: int, *, up: bool) -> np.ndarray:
        """(row, column, other row): how many people a cell can take (or give) when other columns make up for it."""
        if (way, up) not in state.most:
            _, rows, columns = table.keys.shape
            rises, falls = state.rises[way], state.falls[way]
            own, beside, across, corner = (rises, falls, falls, rises) if up else (falls, rises, rises, falls)
            turned, along = (_moved(own, beside, *two) for two in ((corner, across), (across, corner)))
            state.most[way, up] = np.where(table.turned[:, None, :], turned, along)[:rows, :columns]
        return state.most[way, up]

    def enough(self, table: Table, count: Count, proofs: np.ndarray) -> np.ndarray:
        """Cells (row, column) whose proofs hold before every reader: a partner who knows one row does not know both."""
        fine = (proofs & table.nobodys).any(axis=2) | (proofs.sum(axis=2) >= 2)
        if table.two_way:
            return fine
        # Where only one partner has a part, it knows the partnership's count anyhow; others do not know its own.
        part = self.guarded(table, count) & ~table.partnership[:-1, None]
        alone = part & (part.sum(axis=0) == 1)
        return fine | ((proofs[:, :, :-1] & alone.T[None]).any(axis=2) & table.partnership[:-1, None])


def _moved(own: np.ndarray, beside: np.ndarray, across: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """(row, column, other row): how many people can change places. Arguments (row, column): how many may there."""
    people = np.minimum(beside[:, None, :], corner[None])
    others = people.sum(axis=2)[:, None, :] - people.transpose(0, 2, 1)
    return np.minimum(np.minimum(others, own[:, :, None]), across.T[None])
