"""The actions that the viewer reads, and what a picture or a row that shows them is kept by."""

from collections.abc import Iterable, Sequence

from data.ledger.actions.action_steps import Action
from pages.components.layout import page_state
from workflow.deciding import acting

_ORDER = ("running", "paused", "planned", "done", "stopped")


def read() -> list[Action]:
    """All but those recorded by mistake: first what runs, then what is to come, then what is over; of those alike the
    newest first."""
    found = acting.read_actions(page_state.store(), page_state.viewer())
    return in_order(a for a in found if a.state != "withdrawn")


def in_order(those: Iterable[Action]) -> list[Action]:
    """What runs stands before what is planned, and that before what is over."""
    return sorted(those, key=lambda a: _ORDER.index(a.state))


def of_measure(those: Iterable[Action], indicator: str | None) -> tuple[Action, ...]:
    """Those about one measure."""
    return tuple(a for a in those if a.deed.indicator == indicator)


def mark(those: Sequence[Action]) -> tuple[tuple[int, int], ...]:
    """What tells one state of them from another: steps are only ever added."""
    return tuple((a.number, a.last.step) for a in those)


def names() -> dict[str, str]:
    """Partner -> name, of those that the viewer knows by name, in the one order used everywhere."""
    return acting.read_partners(page_state.store(), page_state.viewer())
