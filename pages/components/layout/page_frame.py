"""What surrounds a page's content: its head, and the states in which there is nothing to show."""

from collections.abc import Callable
from functools import wraps
from html import escape
from typing import ParamSpec

import streamlit as st
from pydantic import ValidationError

from pages.components.access import who_looks
from pages.components.layout import one_release, page_state
from pages.components.wording.count_words import day

_TYPED = " c-typed"


def title(sentence: str, kicker: str = "", lead: str = "") -> None:
    """The page's h1 (a finding or a question), a line of facts above it and one of explanation below.

    `kicker` is HTML made by `cards`; the others are plain text.
    """
    above = f'<div class="c-kicker">{kicker}</div>' if kicker else ""
    below = f'<p class="c-lead">{escape(lead)}</p>' if lead else ""
    st.html(f'{above}<h1 class="c-title">{escape(sentence)}</h1>{below}')


_Asked = ParamSpec("_Asked")


def of_one_release(draw: Callable[_Asked, None]) -> Callable[_Asked, None]:
    """A page that makes no release, or a part of one that is drawn anew alone: it is of one release, asked for once."""

    @wraps(draw)
    def drawn(*words: _Asked.args, **named: _Asked.kwargs) -> None:
        with one_release.throughout(page_state.release()):
            draw(*words, **named)

    return drawn


def printed_from() -> str:
    """What stands on each printed sheet: whose figures these are, of which release and day."""
    shown, made = page_state.release(), page_state.release_day()
    of = f" · release {shown.number}, {day(made)}" if shown and made else " · before the first release"
    return f"{page_state.store().partnership.name}{of}"


def section(question: str, note: str = "", *, typed: bool = False) -> None:
    """An h2 with an optional note; plain text. `typed`: beneath it things are only typed in or pressed, which paper
    leaves out, and the heading with them."""
    below = f'<p class="c-note">{escape(note)}</p>' if note else ""
    st.html(f'<div class="c-section{_TYPED if typed else ""}"><h2 class="c-h2">{escape(question)}</h2>{below}</div>')


def subsection(question: str, note: str = "", *, typed: bool = False) -> None:
    """An h3 with an optional note; plain text. `typed`: as for `section`."""
    below = f'<p class="c-note">{escape(note)}</p>' if note else ""
    st.html(f'<h3 class="c-h3{_TYPED if typed else ""}">{escape(question)}</h3>{below}')


def folded(label: str, key: str, draw: Callable[[], object]) -> None:
    """A part of the page that is folded away at first, and drawn from the first time that somebody opens it. Before, it
    costs nothing, and a page of forms has many; after, what was typed stays when it is folded again."""
    opened = f"fold_{key}_opened"
    with st.expander(label, key=f"fold_{key}", on_change="rerun") as fold:
        if fold.open:
            st.session_state[opened] = True
        if st.session_state.get(opened):
            draw()


def notice(heading: str, *lines: str) -> None:
    """A state in place of content: what is so, and what to do. Plain text."""
    sentences = "".join(f"<p>{escape(line)}</p>" for line in lines)
    st.html(f'<section class="c-state"><h2 class="c-h2">{escape(heading)}</h2>{sentences}</section>')


def fault(words: str) -> None:
    """Why something that somebody asked for was not done. Plain text, without its full stop."""
    said = f"{words[:1].upper()}{words[1:]}".rstrip(".")
    st.html(f'<p class="s-fault" role="alert"><b>✗</b> {escape(said)}.</p>')


def cannot_open(error: Exception) -> None:
    """The whole page when the partnership's data can't be opened. Never shows a setting's value."""
    if isinstance(error, ValidationError):
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        sentences = ["The settings file concord.toml has a mistake. Fix it and reload this page.", *faults]
    else:
        sentences = [
            f"{str(error)[:1].upper()}{str(error)[1:]}.",
            "When that is done, reload this page. Nothing is lost.",
        ]
    title("Concord can't open the partnership's data")
    notice("What to do", *sentences)


def other_role(in_demo: str) -> str:
    """What to do whose role has nothing here: in the demo choose another one, otherwise ask for it."""
    chooses = who_looks.way(page_state.store().partnership) == "chooser"
    return in_demo if chooses else "If that is your work, ask the backbone staff to change your role."


def not_for_you() -> None:
    """In place of a page that has nothing for who looks."""
    title("This page is not part of your role")
    notice("What you can open is in the list of pages", "If your work needs more, ask the backbone staff to change it.")


def only_releases() -> None:
    """In place of a page that works with what a release does not hold."""
    title("This server only shows releases")
    notice("This page is on the partnership's main server", "Files, people and settings are handled there.")


def nothing_shown() -> None:
    """In place of a chart when none of its figures may be shown."""
    st.html('<p class="c-state">Every figure here is hidden to protect privacy, or not known.</p>')
