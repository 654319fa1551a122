"""Step 1: which kind of file, which dates, and the file itself."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from data.checking.file_tables import FoundTable
from data.findings import Refused
from data.ledger.current_rows import CurrentRows
from data.ledger.submissions import Window
from pages.components.forms import export_choice, file_chooser, file_questions, profile_panel, upload_draft
from pages.components.layout import page_frame, page_state
from pages.components.sections import dataset_guides
from pages.components.wording.count_words import day, listed, many, size
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import Partner
from schemas.policy.viewer import Viewer
from workflow import reading, submitting

FILE = "file"
_LOOKED, _TRIED = "looked", "tried"
_NOTHING = "Nothing counts yet."
_HINT = "CSV or text, Excel, a FHIR export (NDJSON), or a zip of these"


def headline(partner: Partner, standing: dict[str, CurrentRows], today: dt.date) -> str:
    """What the partner owes most: the agreed datasets of which nothing counts yet, else the one that ends first."""
    agreed = [standing[name] for name in partner.sends if name in standing]
    if not any(s.rows for s in agreed or standing.values()):
        return f"Nothing from {partner.name} counts yet. Send the first file"
    if missing := [DATASETS[s.dataset].title for s in agreed if not s.rows]:
        return f"Still missing from {partner.name}: {listed(missing).lower()}"
    ends = [(s.last, s.dataset) for s in agreed if s.last]
    last_month = today.replace(day=1) - dt.timedelta(days=1)
    if ends and min(ends)[0] < last_month:
        last, name = min(ends)
        return f"{DATASETS[name].title} end on {day(last)}: send what came after"
    return f"Everything that {partner.name} sends counts up to {day(min(ends)[0])}" if ends else "Send a file"


def for_whom(partner: Partner) -> None:
    """Let backbone staff choose whose file it is."""
    names = {p.id: p.name for p in page_state.store().partnership.members}
    chosen = st.selectbox(
        "Whose file is it?",
        list(names),
        index=list(names).index(partner.id),
        format_func=names.__getitem__,
        key="send_for",
        width=360,
    )
    page_state.keep("partner", chosen)


def in_force(standing: CurrentRows) -> str:
    """What counts of a dataset, in a sentence."""
    if not standing.rows:
        return _NOTHING
    until = f", to {day(standing.last)}" if standing.last else ""
    return f"Current: {many(standing.rows, 'row')}{until}."


def choose(viewer: Viewer, partner: Partner, standing: dict[str, CurrentRows]) -> list[upload_draft.Sent]:
    """Draw the step; what is ready to be checked, one after the other; empty while something is open.

    A file about which nothing is open is checked as soon as it has arrived.
    """
    kinds, file = st.columns([2, 3], gap="medium")
    with kinds:
        dataset = _kind(partner, standing)
    with file:
        page_frame.section(DATASETS[dataset].title, f"{DATASETS[dataset].meaning} {in_force(standing[dataset])}")
        dataset_guides.explained(dataset, f"send_{dataset}")
        profile_panel.panel(partner.id, dataset)
        upload = file_chooser.uploader(viewer, partner.id, FILE, "Your file", _HINT)
        if upload is None:
            st.session_state.pop(_LOOKED, None)
            return []
        found, new = _looked(upload, partner.id), st.session_state.get(_TRIED) != upload.word
        st.session_state[_TRIED] = upload.word
        if isinstance(found, Refused):
            # The check tells it in full; there is nothing to ask.
            ready = [upload_draft.Sent(upload.name, upload.whole, dataset, partner.id)]
        elif any(f.export for f in found):
            return _of_export(upload.name, found, partner)
        elif new and (plain := file_questions.nothing_open(found, dataset, partner.id)):
            ready = [_sent(upload.name, plain, dataset, partner, found)]
        else:
            return _ready(upload.name, file_questions.tables(found, dataset), partner, found)
        if new:
            check(viewer, ready)
        return ready


def why_not(ready: list[upload_draft.Sent]) -> str:
    """Why the file cannot be checked yet; empty when it can."""
    if ready:
        return ""
    return "Answer what is asked above, then check the file." if is_held() else "Choose a file first."


def is_held() -> bool:
    """Whether the chosen file is still there to go back to."""
    return file_chooser.held(FILE) in st.session_state


def let_go() -> None:
    """Let go of the chosen file."""
    file_chooser.forget(FILE)
    st.session_state.pop(_LOOKED, None)


def leave(at: upload_draft.Draft) -> None:
    """Leave the draft and its file, which stays while it holds other tables."""
    upload_draft.leave(at)
    if not at.waiting:
        let_go()


def later(at: upload_draft.Draft) -> None:
    """Put the draft aside, and let go of its file, which stays while it holds other tables."""
    upload_draft.later(at)
    if not at.waiting:
        let_go()


def _of_export(name: str, found: list[FoundTable], partner: Partner) -> list[upload_draft.Sent]:
    """The chosen tables of a FHIR export: what its columns mean is known, its dates are plain."""
    chosen = export_choice.choose([f for f in found if f.export])
    stated, covers = _dates("export")
    sent = [_sent(name, f, f.dataset, partner) for f in chosen if f.dataset]
    return [dataclasses.replace(s, covers=covers if DATASETS[s.dataset].starts else None) for s in sent if stated]


def _ready(
    name: str, tables: list[tuple[FoundTable, str]], partner: Partner, every: list[FoundTable]
) -> list[upload_draft.Sent]:
    ready = []
    for place, (look, dataset) in enumerate(tables):
        if len(tables) > 1:
            page_frame.subsection(f"{look.member.name}: {DATASETS[dataset].title.lower()}")
        said = file_questions.said(look, dataset, partner.id, place)
        stated, covers = _dates(f"{dataset}_{place}") if DATASETS[dataset].starts else (True, None)
        if said is not None and stated:
            left_out = [table for table in every if all(table is not chosen for chosen, _ in tables)]
            sent = _sent(name, look, dataset, partner, [look, *left_out])
            ready.append(dataclasses.replace(sent, covers=covers, said=said))
    return ready if len(ready) == len(tables) else []


def _sent(
    name: str, look: FoundTable, dataset: str, partner: Partner, every: Sequence[FoundTable] = ()
) -> upload_draft.Sent:
    """A table as it is sent when nothing is said about it. `every`: it, and those of its file that are left out."""
    full = f"{name}, {look.member.name}" if look.member.name else name
    said = submitting.read_profile(page_state.store(), partner.id, dataset, viewer=page_state.viewer())
    beside = tuple(table.member.name for table in every if table is not look)
    return upload_draft.Sent(full, look.place, dataset, partner.id, said=said, left_out=beside)


def _looked(upload: file_chooser.Upload, partner_id: str) -> list[FoundTable] | Refused:
    """What is in the file; looked at once, then kept for this session until another file is chosen."""
    kept = st.session_state.get(_LOOKED)
    if kept is None or kept[0] != upload.word:
        bar = st.progress(0.0, text="Looking at the file")

        def show_size(seen: int) -> None:
            bar.progress(min(seen / max(upload.size, 1), 1.0), text=f"Looked at {size(seen)}")

        try:
            found: list[FoundTable] | Refused = submitting.find_tables(
                page_state.store(), upload.whole, partner_id, show_size, viewer=page_state.viewer()
            )
        except Refused as refused:
            found = refused
        bar.empty()
        st.session_state[_LOOKED] = kept = (upload.word, found)
    return kept[1]


def _kind(partner: Partner, standing: dict[str, CurrentRows]) -> str:
    """The chooser of the kind of file; agreed ones come first."""
    today = reading.today(page_state.store().partnership)
    every = [*(n for n in partner.sends if n in DATASETS), *(n for n in DATASETS if n not in partner.sends)]
    options = [n for n in every if not partner.refusal(today, n)]
    ends = [(last, name) for name in options if (last := standing[name].last)]
    due = min(ends)[1] if ends else options[0]
    chosen = st.radio(
        "What is in the file?", options,
        index=options.index(page_state.picked("dataset", options, due, f"kind_{partner.id}")),
        format_func=lambda name: DATASETS[name].title,
        captions=[in_force(standing[name]) for name in options], key=f"kind_{partner.id}",
    )  # fmt: skip
    page_state.keep("dataset", chosen)
    return chosen


def _dates(place: str) -> tuple[bool, Window | None]:
    """Whether it is settled which dates the file covers, and which; None to work them out."""
    how = st.segmented_control(
        "Which dates does it cover?", ["Work out from the file", "I will say"], default="Work out from the file",
        required=True, key=f"dates_{place}",
        help="State them if the file has no rows at the start or end, such as a quiet first week.",
    )  # fmt: skip
    if how != "I will say":
        return True, None
    today = reading.today(page_state.store().partnership)
    start, end = st.columns(2)
    least, shape = dt.date(1900, 1, 1), "YYYY-MM-DD"
    first = start.date_input("First day", None, least, today, f"first_{place}", format=shape)
    last = end.date_input("Last day", None, least, today, f"last_{place}", format=shape)
    if first is None or last is None:
        st.caption("Choose both days to go on.")
        return False, None
    if last < first:
        st.caption("The last day is before the first. Correct one of them.")
        return False, None
    return True, Window(first, last)


def again(at: upload_draft.Draft, **changed: Any) -> None:
    """Check the file of a draft once more, with something said or corrected; what was held of it is let go."""
    assert at.sent
    waiting, sent = at.waiting, dataclasses.replace(at.sent, **changed)
    upload_draft.leave(at)
    check(at.viewer, [sent, *waiting])


def check(viewer: Viewer, sent: list[upload_draft.Sent]) -> None:
    """Check the first table with its progress shown, then go on to its findings; the others wait for their turn."""
    about = max(submitting.count_lines(sent[0].place), 1)
    bar = st.progress(0.0, text="Reading the file")

    def show_rows(rows: int) -> None:
        bar.progress(min(rows / about, 1.0), text=f"Checked {rows:,} of about {about:,} rows")

    if not_kept := upload_draft.send(viewer, sent, show_rows):
        st.session_state["toast"] = not_kept
    st.rerun()
