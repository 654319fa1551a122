"""Scorecard: the one page that runs a meeting. A headline, a row for each measure, its evidence beneath."""

from metrics.judging import sentences
from pages.components.governing import first_steps
from pages.components.layout import page_frame, page_state
from pages.components.meeting import meeting_board
from pages.components.wording.count_words import day


@page_frame.of_one_release
def page() -> None:
    """Draw the page for the viewer."""
    shown, made = page_state.release(), page_state.release_day()
    if shown is None or made is None:
        first_steps.nothing_yet()
        return
    situations = meeting_board.on_scorecard()
    if not situations:
        first_steps.nothing_yet()
        return
    name = page_state.settings().name
    text = sentences.headline([(s.indicator.title, s.facts) for s in situations])
    page_frame.title(text, f"{name} · release {shown.number}, {day(made)}")
    meeting_board.draw(situations)
