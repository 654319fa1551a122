"""The file that is being sent: what this session holds of it between the four steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from data.checking.file_check import Checked
from data.checking.intake_report import Report
from data.ledger.submissions import NotPossible, Submission, Window
from data.receiving.file_source import Place, Progress
from pages.components.layout import page_state
from pages.components.wording import count_words
from schemas.datasets.file_profile import FileProfile
from schemas.policy.viewer import Viewer
from workflow import accepting, discussing, reading, submitting
from workflow.previewing import Preview

_KEY = "draft"
Step = Literal[1, 2, 3, 4]


@dataclass(frozen=True)
class Sent:
    """A chosen file and what is said about it. The bytes live in this session only, until the file is decided."""

    name: str
    place: Place
    dataset: str
    partner_id: str
    covers: Window | None = None
    said: FileProfile | None = None
    confirmed: frozenset[str] = frozenset()
    """Questions about this file that were answered."""
    left_out: tuple[str, ...] = ()
    """The other tables of the file, of which none is sent."""


@dataclass(frozen=True)
class Receipt:
    """What came of an acceptance; `release` is None while the file waits for the next one."""

    entry: Submission
    release: int | None
    publish_failed: bool = False


@dataclass
class Draft:
    """A checked file on its way. `sent` is None when it was taken up again from the ledger."""

    viewer: Viewer
    partner_id: str
    dataset: str
    name: str
    checked: Checked
    step: Step = 2
    sent: Sent | None = None
    good_rows_only: bool = False
    preview: Preview | None = None
    receipt: Receipt | None = field(default=None)
    waiting: list[Sent] = field(default_factory=list)
    """The other tables of the file, which come next."""

    @property
    def report(self) -> Report:
        """What intake found."""
        return self.checked.report

    @property
    def acceptable(self) -> bool:
        """Whether its good rows are held and wait for a yes."""
        return self.checked.submission is not None and self.checked.known is None


def current(viewer: Viewer) -> Draft | None:
    """The draft of this session; one that was made as someone else is let go, with its findings."""
    draft: Draft | None = st.session_state.get(_KEY)
    if draft and draft.viewer != viewer:
        forget()
        return None
    return draft


def forget() -> None:
    """Let go of the draft: file, findings and values."""
    st.session_state.pop(_KEY, None)


def send(viewer: Viewer, tables: list[Sent], progress: Progress | None = None) -> str | None:
    """Check the first table and make it the draft of this session; why an answer could not be kept, if one was not."""
    sent, store = tables[0], page_state.store()
    who = page_state.actor()
    text = _kept(sent, who)
    checked = submitting.check(
        store, sent.place, sent.dataset, sent.partner_id,
        covers=sent.covers, profile=sent.said, confirmed=sent.confirmed, actor=who, on_progress=progress,
        viewer=page_state.viewer(),
    )  # fmt: skip
    clean = checked.submission is not None and not len(checked.report.table)
    st.session_state[_KEY] = Draft(
        viewer, sent.partner_id, sent.dataset, sent.name, checked,
        step=3 if clean and checked.known is None else 2, sent=sent, waiting=tables[1:],
    )  # fmt: skip
    return f"Your answers were used but not kept: {text}." if text else None


def _kept(sent: Sent, who: str) -> str | None:
    """Keep the answers for the next file; why not, when one may not be kept."""
    said = sent.said
    if said is None:
        return None
    return attempt(
        lambda: submitting.keep_profile(
            page_state.store(), sent.partner_id, sent.dataset, said, who, viewer=page_state.viewer()
        )
    )


def resume(viewer: Viewer, entry: Submission) -> None:
    """Take up a checked or withdrawn submission again, with its findings as the store knows them."""
    checked = discussing.read_awaiting(page_state.store(), viewer, entry.submission)
    name = f"Submission {entry.submission}"
    step: Step = 2 if len(checked.report.table) else 3
    st.session_state[_KEY] = Draft(viewer, entry.partner_id, entry.dataset, name, checked, step)


def leave(draft: Draft) -> None:
    """Leave the file: its rows go (unless the ledger has moved on in the meantime)."""
    if draft.acceptable and draft.receipt is None and draft.checked.submission is not None:
        number = draft.checked.submission
        attempt(lambda: accepting.leave(page_state.store(), number, page_state.actor(), viewer=page_state.viewer()))
    forget()


def later(draft: Draft) -> None:
    """Put the file aside: it waits for its yes in the history, also after a restart or in another session."""
    if until := held_until(draft):
        number = draft.checked.submission
        st.session_state["toast"] = f"Submission {number} awaits acceptance until {until}. Nothing counts yet."
    forget()


def held_until(draft: Draft) -> str | None:
    """The last day on which the file waits for its yes, in words; None when it is not held."""
    for entry in reading.read_submissions(page_state.store(), draft.viewer):
        if entry.submission == draft.checked.submission and entry.state == "checked":
            return count_words.day(discussing.awaits_until(page_state.store(), entry))
    return None


def attempt(step: Callable[[], object]) -> str | None:
    """Take a step of the ledger; when it is not possible, why."""
    try:
        step()
    except NotPossible as error:
        return str(error)
    return None
