"""Recording decisions, and what becomes of them. Each step is kept for good, with who, when and on which release."""

import duckdb

from data.ledger import kept_reads
from data.ledger.decisions import decision_steps
from data.ledger.decisions.decision_steps import Agreed, Decision, Ended, Kind, Step
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from metrics.indicators import indicators
from schemas.policy.viewer import Viewer
from workflow.access.permitting import NotAllowed, require
from workflow.deciding import kept_steps

SHORTEST, LONGEST = 10, 240
"""Letters of a decision, so that a slide holds it."""


def read_decisions(store: Store, viewer: Viewer) -> list[Decision]:
    """Every decision, the newest first. Raises NotAllowed."""
    require(viewer, "see_decisions")
    return list(kept_reads.read(store, decision_steps.decisions))


def may_record(store: Store, viewer: Viewer) -> bool:
    """Whether the viewer may record decisions: a leader only where the partnership lets leaders."""
    return kept_steps.may_keep(store, viewer, "record_decisions", "record_decisions_as_leader")


def record(store: Store, viewer: Viewer, indicator: str | None, agreed: Agreed, *, actor: str) -> int:
    """Keep a new decision (None: about no single measure), tied to the release that is shown; returns its number.

    Raises NotAllowed, KeyError for an unknown measure, and NotPossible with what to do.
    """
    _refuse_others(store, viewer)
    if indicator is not None and indicator not in indicators():
        raise KeyError(f"no measure is called {indicator!r}")
    said = _fit(store, agreed)
    with kept_steps.writing(store) as cur:
        for known in decision_steps.decisions(cur):
            if known.state == "open" and (known.indicator, known.agreed) == (indicator, said):
                raise NotPossible("this decision is recorded already")
        return decision_steps.add(cur, None, indicator, _step(store, 1, "made", said, "", actor))


def revise(store: Store, viewer: Viewer, number: int, seen: int, agreed: Agreed, *, reason: str, actor: str) -> None:
    """Agree on something else in place of a decision, which is open then. `seen`: its last step that was looked at.

    Raises NotAllowed, and NotPossible with what to do, also where someone took another step meanwhile.
    """
    _refuse_others(store, viewer)
    said, why = _fit(store, agreed), kept_steps.fit_reason(store, reason)
    with kept_steps.writing(store) as cur:
        known = _known(cur, number, seen)
        if known.agreed == said and known.state == "open":
            raise NotPossible("nothing is changed by it")
        decision_steps.add(cur, number, known.indicator, _step(store, seen + 1, "revised", said, why, actor))


def end(store: Store, viewer: Viewer, number: int, seen: int, kind: Ended, *, reason: str, actor: str) -> None:
    """Mark an open decision as done or dropped, with the reason. Raises as `revise` does."""
    _refuse_others(store, viewer)
    why = kept_steps.fit_reason(store, reason)
    with kept_steps.writing(store) as cur:
        known = _known(cur, number, seen)
        if known.state != "open":
            raise NotPossible("this decision is not open any more")
        decision_steps.add(cur, number, known.indicator, _step(store, seen + 1, kind, known.agreed, why, actor))


def _refuse_others(store: Store, viewer: Viewer) -> None:
    if not may_record(store, viewer):
        raise NotAllowed


def _known(cur: duckdb.DuckDBPyConnection, number: int, seen: int) -> Decision:
    """The decision as it was looked at. Raises NotPossible where there is none, or where it has changed since."""
    known = next((d for d in decision_steps.decisions(cur) if d.number == number), None)
    if known is None:
        raise NotPossible(f"there is no decision {number}")
    if known.last.step != seen:
        raise NotPossible("someone changed this decision meanwhile. Look at it, and then say it again")
    return known


def _step(store: Store, step: int, kind: Kind, agreed: Agreed, reason: str, actor: str) -> Step:
    return Step(step, kind, kept_steps.release_shown(store, "A decision"), agreed, reason, actor, store.now())


def _fit(store: Store, agreed: Agreed) -> Agreed:
    """What is agreed as it may be kept. Raises NotPossible, with what to do, where it may not."""
    owner = kept_steps.fit_owner(agreed.owner)
    if not kept_steps.to_come(store, agreed.due):
        raise NotPossible("choose a day by which it is done, from today on")
    said = " ".join(agreed.words.split())
    if not SHORTEST <= len(said) <= LONGEST:
        raise NotPossible(f"write the decision in {SHORTEST} to {LONGEST} letters: these are {len(said)}")
    kept_steps.fit_words(store, f"{owner}: {said}", owner)  # an id of a patient would be no owner either
    return Agreed(said, owner, agreed.due)
