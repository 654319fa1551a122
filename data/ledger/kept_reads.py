"""What was read of a store, kept until something is written: pages ask the same of it again and again.

One process owns a store that is a file, so whatever is written is written here, in a `transaction`, which says so. What
is read of a store that several servers share is kept under the state in which it was found. The database is asked each
time for the state of now: 2 ms of processor time, where reading again takes 15 to 60. In a file a query of few rows
takes one to nine, and a page asked up to 59 of them at each rerun, mostly for what had not changed.
"""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import duckdb

if TYPE_CHECKING:
    from data.ledger.store import Store

_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")

_kept: list[tuple[int | None, dict[Hashable, Any]]] = [(None, {})]
"""The state of a shared store (None: of a file, which has none), and what was read since it was seen."""


def written() -> None:
    """Something was written and can be seen: what was read before is handed on no more."""
    # Another table, not an emptied one: a read that is under way puts what it finds into the table it began with.
    _kept[0] = (None, {})


def _table(store: "Store") -> dict[Hashable, Any]:
    """What may be handed on: nothing that was read before another server wrote."""
    if store.lake is None:
        return _kept[0][1]
    state = store.lake.state()
    before, table = _kept[0]
    if before != state:  # what is read into a table was asked for after its state was seen, so it is no older
        table = {}
        _kept[0] = (state, table)
    return table


def read(
    store: "Store", what: Callable[Concatenate[duckdb.DuckDBPyConnection, _Asked], _Found], *asked: _Asked.args,
    **named: _Asked.kwargs,
) -> _Found:  # fmt: skip
    """What the function `what` of a module finds with a cursor of its own, asked once until something is written.

    It is all that the store says, for nobody's eyes: who may see what of it is looked at by whoever asks. Nobody may
    change it.
    """
    kept, key = _table(store), (store.connection, what, asked, *sorted(named.items()))
    if key not in kept:
        kept[key] = what(store.cursor(), *asked, **named)
    return kept[key]


def worked_out(
    store: "Store", what: Callable[Concatenate["Store", _Asked], _Found], *asked: _Asked.args, **named: _Asked.kwargs
) -> _Found:  # fmt: skip
    """As `read`, of a function that also looks at the settings: what it found holds as long as they are the same, and
    for the day, since partners leave and agreements end on one."""
    kept, key, settings = _table(store), (store.connection, what, asked, *sorted(named.items())), store.partnership
    day = settings.day
    if key not in kept or kept[key][0] is not settings or kept[key][1] != day:
        kept[key] = (settings, day, what(store, *asked, **named))
    return kept[key][2]
