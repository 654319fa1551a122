"""Before the first release: backbone staff see the steps that lead to it, everyone else what they wait for."""

from html import escape

import streamlit as st

from pages.components.layout import page_frame, page_state
from pages.components.wording.count_words import many
from workflow.governing import beginning, settings_rights
from workflow.governing.beginning import Progress


def nothing_yet() -> None:
    """The state of a page of figures before the first one: before a release, or where a release holds none."""
    if shown := page_state.release():
        page_frame.title(f"Release {shown.number} holds no figure yet")
        page_frame.notice(
            "A measure needs files of a whole year",
            "Some need several kinds of files. What each rests on is on the page Methods.",
            "The figures appear with the first release after these files are accepted.",
        )
        return
    if settings_rights.may_change(page_state.viewer()):
        _steps(beginning.progress(page_state.store()))
        return
    page_frame.title("No figures yet")
    page_frame.notice(
        "The figures appear with the first release",
        "A partner sends a file on the page Submit data. Concord checks it. Nothing counts before it is accepted.",
        "Backbone staff then look at what would be shown, and make the release.",
        page_frame.other_role("If that is your task, choose backbone staff under “Look as” in the sidebar."),
    )
    page_state.link("send-data", "Submit data", ":material/upload_file:")


def _steps(so_far: Progress) -> None:
    page_frame.title(
        "Four steps to the first figures",
        "A new partnership",
        "Each can be changed later, and nothing is lost on the way.",
    )
    done = (so_far.named, so_far.partners > 1, so_far.reporting > 0, False)
    words = (
        ("Name the partnership", "Every page carries its name."),
        ("Add the partners", f"There {_are(so_far.partners)} so far. A partner can be added at any time."),
        (
            "Send a first file for each",
            f"{so_far.reporting} of {many(so_far.partners, 'partner')} have a file that counts.",
        ),
        ("Make the first release", "You look at what everyone would see, and approve it."),
    )
    links: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("partnership-settings", "Name it", ":material/edit:", {"part": "name"}),
        ("partnership-settings", "Add partners", ":material/group_add:", {"part": "partners"}),
        ("send-data", "Send a file", ":material/upload_file:", {}),
        ("make-release", "Look at the release", ":material/publish:", {}),
    )
    for n, ((step, note), (path, label, icon, query)) in enumerate(zip(words, links, strict=True)):
        here = not done[n] and all(done[:n])
        with st.container(border=True, key=f"first_step_{n + 1}"):
            _step(n, step, note, done=done[n], here=here)
            page_state.link(path, label, icon, **query)


def _step(n: int, step: str, note: str, *, done: bool, here: bool) -> None:
    looks = "s-done" if done else "s-here" if here else ""
    current = ' aria-current="step"' if here else ""
    told = f"<small>{escape(note)}</small>"
    st.html(
        f'<ol class="s-steps" start="{n + 1}"><li class="{looks}"{current}><b>{"✓" if done else n + 1}</b>'
        f"<span>{escape(step)}{' (done)' if done else ''}<br>{told}</span></li></ol>"
    )


def _are(partners: int) -> str:
    return "is none" if not partners else f"is {partners}" if partners == 1 else f"are {partners}"
