"""Parts of pages that are worked out once for each release and viewer: the usual way to keep something.

What is large, and so kept in fewer pieces, or hangs on more, has an `at_hand` of its own. What the store says is kept
below, until something is written (`data.ledger.kept_reads`).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar, cast

from pages.components.layout import page_state
from pages.components.layout.at_hand import at_hand

_Part = TypeVar("_Part")


def kept(make: Callable[[], _Part], *selection: object) -> _Part:
    """What `make` works out of the release for the viewer, asked once a day. `selection`: its name, and what else it
    rests on. Nobody may change it."""
    who, number, day = page_state.viewer(), page_state.release_number(), page_state.store().partnership.day
    return cast("_Part", _kept(make, page_state.kept_under(), number, day, who.role, who.partner_id, selection))


@at_hand(1000)  # no one changes what is made
def _kept(
    _make: Callable[[], Any], folder: str, number: int, day: dt.date, role: str, partner_id: str | None,
    selection: tuple[object, ...],
) -> Any:  # fmt: skip
    return _make()
