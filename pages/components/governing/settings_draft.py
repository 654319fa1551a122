"""A change of the settings on its way: what it was made from, what it says, and what was told about it."""

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st
from pydantic import ValidationError

from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.submissions import NotPossible
from metrics.judging.figure_words import upper_first
from pages.components.forms import who_decides
from pages.components.layout import page_state
from pages.components.wording.settings import field_words
from schemas.policy import settings_places
from schemas.policy.partnership import Partnership
from schemas.policy.settings_places import Change, Place
from workflow.governing import changing_settings, map_files, settings_rights
from workflow.governing.changing_settings import ChangedMeanwhile, Version
from workflow.governing.settings_trial import SettingsTrial

_DRAFT, _FAULTS, _SAVED, _FAILED, _BY = (
    "settings_draft",
    "settings_faults",
    "settings_saved",
    "settings_failed",
    "settings_saved_by",
)
_ROUND, _OPENED, _WENT_BACK, _PART = "settings_round", "settings_opened", "settings_went_back", "settings_part"


@dataclass(frozen=True)
class Draft:
    """`base`, `before`: the version that it was made from, and its settings. `part`: where on the page. `by`, `both`:
    what someone else changed meanwhile, and where both changed the same."""

    part: str
    base: int
    before: Partnership
    settings: Partnership
    by: list[Version] = field(default_factory=list)
    both: list[Change] = field(default_factory=list)
    trial: SettingsTrial | None = None


def current() -> Draft | None:
    """The change on its way; None while there is none."""
    return st.session_state.get(_DRAFT)


def opened() -> tuple[int, Partnership]:
    """The version that the forms were opened with, and its settings. They stay until a change is saved or given up, or
    another part is opened: what someone else saves meanwhile takes nothing away that is being typed."""
    store = page_state.store()
    found: tuple[int, Partnership] = st.session_state.setdefault(_OPENED, (store.settings_version, store.partnership))
    return found


def shown() -> Partnership:
    """The settings that the forms show: of a change that one went back to, else those that they were opened with."""
    found: Partnership | None = st.session_state.get(_WENT_BACK)
    return found or opened()[1]


def open_part(part: str) -> None:
    """Another part is looked at: it begins with what holds now."""
    if st.session_state.setdefault(_PART, part) != part:
        st.session_state[_PART] = part
        give_up()


def key(name: str) -> str:
    """A widget's key: new after each change, so that a form shows what holds then."""
    return f"set_{name}_{st.session_state.get(_ROUND, 0)}"


def propose(part: str, told: dict[Place, Any], *, without: str = "") -> None:
    """Begin a change: the places that a form tells, on top of what holds. Faults are kept, to stand beside the fields.

    `without`: id of a partner that is taken out.
    """
    base, before = opened()
    held = settings_places.places(before)
    kept = {p: v for p, v in held.items() if p[:2] != ("partners", without)}
    values = {p: v for p, v in {**kept, **told}.items() if v is not None or p in kept}
    values = {p: v for p, v in values.items() if not (v is None and len(p) == 2 and p[0] in _MAPPINGS)}
    ids = list(dict.fromkeys(p[1] for p in values if p[0] == "partners"))
    try:
        settings = settings_places.put_together(values)
    except ValidationError as error:
        st.session_state[_FAULTS] = field_words.faults(error, ids)
        return
    st.session_state.pop(_FAULTS, None)
    if settings == before:
        st.session_state[_FAULTS] = {(): "Nothing is changed yet."}
        return
    st.session_state.pop(_SAVED, None)
    st.session_state[_DRAFT] = Draft(part, base, before, settings)
    try:  # what someone else saved while the form was filled in is shown with the change
        changing_settings.refuse_outdated(page_state.store().cursor(), base, settings)
    except ChangedMeanwhile as other:
        _on_top(part, other)
    except ValidationError:  # the two do not fit: the attempt to save says it
        pass


_MAPPINGS = ("targets", "target_dates", "owners", "plans", "places")
"""Settings of which each key is a place: without a value the key is gone."""


def fault(place: Place) -> str:
    """What was wrong at a place; empty when nothing was."""
    return st.session_state.get(_FAULTS, {}).get(place, "")


def faults() -> dict[Place, str]:
    """All that was wrong."""
    return st.session_state.get(_FAULTS, {})


def rename_faults(before: Place, after: Place) -> None:
    """Let faults at places that begin so stand at others."""
    renamed = {after + p[len(before) :] if p[: len(before)] == before else p: why for p, why in faults().items()}
    if renamed:
        st.session_state[_FAULTS] = renamed


def forget_faults() -> None:
    """The answers are others now."""
    st.session_state.pop(_FAULTS, None)


def go_back() -> None:
    """Back to the form, with what was typed."""
    if draft := current():
        st.session_state[_WENT_BACK] = draft.settings
    _over()


def give_up() -> None:
    """Leave everything as it is; what was uploaded for the change goes."""
    draft = current()
    proposed = draft.settings if draft else st.session_state.get(_WENT_BACK)
    if proposed and settings_rights.may_change(page_state.viewer()):
        map_files.forget(page_state.store(), page_state.viewer(), proposed.maps)
    st.session_state.pop(_WENT_BACK, None)
    st.session_state.pop(_OPENED, None)
    forget_faults()
    _over()


def _over() -> None:
    st.session_state.pop(_DRAFT, None)
    st.session_state.pop(_FAILED, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def try_out(draft: Draft) -> SettingsTrial:
    """Begin to compare the figures, once for each draft."""
    trial = draft.trial or SettingsTrial(page_state.store(), page_state.viewer(), draft.before, draft.settings)
    if draft.trial is None:
        st.session_state[_DRAFT] = replace(draft, trial=trial)
        trial.compare()
    return trial


def save(draft: Draft, reason: str, name: str) -> None:
    """Let it hold, or keep why it may not; what someone else changed meanwhile is shown first."""
    try:
        number = changing_settings.change(
            page_state.store(), page_state.viewer(), draft.base, draft.settings, reason=reason,
            actor=who_decides.actor(name),
        )  # fmt: skip
    except ChangedMeanwhile as told:
        _on_top(draft.part, told)
    except (NotPossible, StoreUnavailable) as error:
        st.session_state[_FAILED] = f"{upper_first(str(error)).rstrip('.')}."
    except ValidationError as error:
        why = field_words.faults(error, [p.id for p in draft.settings.partners])
        st.session_state[_FAILED] = " ".join(["This does not fit what was changed meanwhile.", *why.values()])
    else:
        give_up()
        st.session_state[_SAVED], st.session_state[_BY] = number, name


def _on_top(part: str, told: ChangedMeanwhile) -> None:
    """The change on top of what someone else changed: to be looked at again."""
    st.session_state[_DRAFT] = Draft(
        part, told.now, told.theirs, told.joined.settings, told.by, told.joined.both
    )  # fmt: skip
    st.session_state.pop(_FAILED, None)


def undo_saved() -> None:
    """Take the change back that was saved last in this session, in the name of who saved it."""
    if (number := saved()) is not None:
        undo(number, saved_by())


def undo(version: int, name: str) -> None:
    """Take a change back, or keep why it may not be."""
    try:
        number = changing_settings.undo(page_state.store(), page_state.viewer(), version, actor=who_decides.actor(name))
    except (NotPossible, StoreUnavailable) as error:
        st.session_state[_FAILED] = f"{upper_first(str(error)).rstrip('.')}."
    else:
        give_up()
        st.session_state[_SAVED] = number


def failed() -> str:
    """Why the last attempt was not saved; empty when it was."""
    return st.session_state.get(_FAILED, "")


def saved_by() -> str:
    """The name of who saved a change last in this session; blank before."""
    return str(st.session_state.get(_BY, ""))


def saved() -> int | None:
    """The number of the change that was saved last in this session."""
    return st.session_state.get(_SAVED)
