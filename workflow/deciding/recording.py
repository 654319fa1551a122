"""Recording decisions, and what becomes of them. Each step is kept for good, with who, when and on which release."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from data.ledger.decisions import decision_steps
from data.ledger.decisions.decision_steps import Agreed, Decision, Ended, Kind, Step
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from metrics.indicators import indicators
from schemas.policy.access.permissions import may
from schemas.policy.viewer import Viewer
from workflow import discussing, reading
from workflow.access.permitting import NotAllowed, require

SHORTEST, LONGEST, LONGEST_OWNER = 10, 240, 40
"""Letters of a decision, so that a slide holds it; of an owner, as in the settings."""
_FAR = dt.timedelta(days=3653)


def read_decisions(store: Store, viewer: Viewer) -> list[Decision]:
    """Every decision, the newest first. Raises NotAllowed."""
    require(viewer, "see_decisions")
    return decision_steps.decisions(store.cursor())


def may_record(store: Store, viewer: Viewer) -> bool:
    """Whether the viewer may record decisions: a leader only where the partnership lets leaders."""
    leaders = store.partnership.policy.leaders_record
    return may(viewer, "record_decisions") or (leaders and may(viewer, "record_decisions_as_leader"))


def record(store: Store, viewer: Viewer, indicator: str | None, agreed: Agreed, *, actor: str) -> int:
    """Keep a new decision (None: about no single measure), tied to the release that is shown; returns its number.

    Raises NotAllowed, KeyError for an unknown measure, and NotPossible with what to do.
    """
    _refuse_others(store, viewer)
    if indicator is not None and indicator not in indicators():
        raise KeyError(f"no measure is called {indicator!r}")
    said = _fit(store, agreed)
    with _writing(store) as cur:
        for known in decision_steps.decisions(cur):
            if known.state == "open" and (known.indicator, known.agreed) == (indicator, said):
                raise NotPossible("this decision is recorded already")
        return decision_steps.add(cur, None, indicator, _step(store, 1, "made", said, "", actor))


def revise(store: Store, viewer: Viewer, number: int, seen: int, agreed: Agreed, *, reason: str, actor: str) -> None:
    """Agree on something else in place of a decision, which is open then. `seen`: its last step that was looked at.

    Raises NotAllowed, and NotPossible with what to do, also where someone took another step meanwhile.
    """
    _refuse_others(store, viewer)
    said, why = _fit(store, agreed), _fit_reason(store, reason)
    with _writing(store) as cur:
        known = _known(cur, number, seen)
        if known.agreed == said and known.state == "open":
            raise NotPossible("nothing is changed by it")
        decision_steps.add(cur, number, known.indicator, _step(store, seen + 1, "revised", said, why, actor))


def end(store: Store, viewer: Viewer, number: int, seen: int, kind: Ended, *, reason: str, actor: str) -> None:
    """Mark an open decision as done or dropped, with the reason. Raises as `revise` does."""
    _refuse_others(store, viewer)
    why = _fit_reason(store, reason)
    with _writing(store) as cur:
        known = _known(cur, number, seen)
        if known.state != "open":
            raise NotPossible("this decision is not open any more")
        decision_steps.add(cur, number, known.indicator, _step(store, seen + 1, kind, known.agreed, why, actor))


def _refuse_others(store: Store, viewer: Viewer) -> None:
    if not may_record(store, viewer):
        raise NotAllowed


@contextmanager
def _writing(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    with store.deciding, transaction(store.cursor()) as cur:
        yield cur


def _known(cur: duckdb.DuckDBPyConnection, number: int, seen: int) -> Decision:
    """The decision as it was looked at. Raises NotPossible where there is none, or where it has changed since."""
    known = next((d for d in decision_steps.decisions(cur) if d.number == number), None)
    if known is None:
        raise NotPossible(f"there is no decision {number}")
    if known.last.step != seen:
        raise NotPossible("someone changed this decision meanwhile. Look at it, and then say it again")
    return known


def _step(store: Store, step: int, kind: Kind, agreed: Agreed, reason: str, actor: str) -> Step:
    release = reading.released(store)
    if not release:
        raise NotPossible("there is no release yet. A decision belongs to the release that it was made on")
    return Step(step, kind, release, agreed, reason, actor, store.now())


def _fit(store: Store, agreed: Agreed) -> Agreed:
    """What is agreed as it may be kept. Raises NotPossible, with what to do, where it may not."""
    owner = " ".join(agreed.owner.split())
    if not 2 <= len(owner) <= LONGEST_OWNER:
        raise NotPossible(f"name who does it, in 2 to {LONGEST_OWNER} letters")
    if kind := discussing.identifier_in(owner):
        raise NotPossible(f"the owner looks like {kind}. A name or a role is enough; nothing of it was kept")
    today = store.partnership.day
    if not today <= agreed.due <= today + _FAR:
        raise NotPossible("choose a day by which it is done, from today on")
    said = " ".join(agreed.words.split())
    if not SHORTEST <= len(said) <= LONGEST:
        raise NotPossible(f"write the decision in {SHORTEST} to {LONGEST} letters: these are {len(said)}")
    _fit_words(store, f"{owner}: {said}", owner)  # an id of a patient would be no owner either
    return Agreed(said, owner, agreed.due)


def _fit_reason(store: Store, reason: str) -> str:
    if not reason.strip():
        raise NotPossible("say why. Others read it in the history")
    return _fit_words(store, reason)


def _fit_words(store: Store, words: str, *names: str) -> str:
    return discussing.fit_for_all(store, words, [*store.partnership.owners.values(), *names])
