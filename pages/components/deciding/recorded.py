"""What the meeting in the browser records: taken from it, handed to `workflow`, and answered."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import streamlit as st

from data.ledger.decisions.decision_steps import Agreed, Ended
from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.submissions import NotPossible
from pages.components.deciding import decision_words
from pages.components.deciding.meeting_room import GENERAL
from pages.components.layout import page_state
from workflow.deciding import recording

_ANSWER = "meeting_answer"
_ENDS: dict[Any, Ended] = {"done": "done", "dropped": "dropped"}


def take(said: Any) -> None:
    """Record what the browser says; the answer is kept for it under the word that it asked with."""
    if not isinstance(said, Mapping):
        return
    try:
        _record(said)
        fault = ""
    except (NotPossible, StoreUnavailable) as error:
        fault = decision_words.sentence(error)
    except KeyError:
        fault = "This measure is not known any more. Open the page again."
    st.session_state[_ANSWER] = {"asked": str(said.get("asked"))[:40], "fault": fault}


def answer() -> Any:
    """What came of the last thing recorded in this session; None before the first."""
    return st.session_state.get(_ANSWER)


def _record(said: Mapping[str, Any]) -> None:
    store, viewer, actor = page_state.store(), page_state.viewer(), page_state.actor()
    kind, reason = said.get("kind"), _text(said, "reason")
    if kind == "made":
        measure = _text(said, "measure")
        about = None if measure == GENERAL else measure
        recording.record(store, viewer, about, agreed(said), actor=actor)
    elif kind == "revised":
        recording.revise(store, viewer, *_which(said), agreed(said), reason=reason, actor=actor)
    elif kind in _ENDS:
        recording.end(store, viewer, *_which(said), _ENDS[kind], reason=reason, actor=actor)
    else:
        raise NotPossible("nothing was recorded. Open the page again")


def agreed(said: Mapping[str, Any]) -> Agreed:
    """What is decided. Raises NotPossible where no day is named."""
    try:
        due = dt.date.fromisoformat(_text(said, "due"))
    except ValueError:
        raise NotPossible("choose a day by which it is done") from None
    return Agreed(_text(said, "words"), _text(said, "owner"), due)


def _which(said: Mapping[str, Any]) -> tuple[int, int]:
    """The decision, and its last step as it was looked at."""
    number, step = _text(said, "decision"), _text(said, "step")
    if not (number.isdecimal() and step.isdecimal()):
        raise NotPossible("choose a decision first")
    return int(number), int(step)


def _text(said: Mapping[str, Any], name: str) -> str:
    return str(said.get(name) or "")[:1000]
