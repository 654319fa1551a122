"""The control chart on a page: the figure with its words, its legend, and the notes that its letters stand for."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from data.ledger.actions.action_steps import Action
from metrics.judging.indicator_facts import Situation
from pages.components.actions import known_actions
from pages.components.charts import control_figure, control_labels, figures
from pages.components.layout import cards
from pages.components.wording import control_words
from pages.components.wording.count_words import day


def shown(s: Situation) -> bool:
    """Whether there are months to draw; a small partnership may have all of them hidden."""
    return s.signal is not None and sum(m["rate"] is not None for m in s.signal.months) > 1


def draw(s: Situation, key: str, acts: Sequence[Action] = ()) -> None:
    """Put the chart on the page with its words and the actions about it. Only when there are months to draw
    (`shown`)."""
    seen = known_actions.mark(acts)
    figure = figures.kept(lambda: control_figure.chart(s, acts), "months", s.indicator.id, seen)
    figures.draw(figure, control_words.in_words(s), key)


def legend(s: Situation) -> None:
    """What the marks mean; hidden and provisional only where there are such."""
    months = s.signal.months if s.signal else []
    extra = [("open", "usual", "provisional, not judged")] if any(m["provisional"] for m in months) else []
    extra += [("hidden", "usual", "hidden to protect privacy")] if any(m["suppressed"] for m in months) else []
    target = s.signal is not None and s.signal.target is not None
    level = [
        ("better", "better", "month better than usual"), ("worse", "worse", "worse than usual"),
        ("usual", "usual", "ordinary variation"), ("band", "band", "usual range"),
    ] if s.signal and s.signal.has_level else [("usual", "usual", "month, not judged")]  # fmt: skip
    cards.legend(
        *level, *extra,
        *([("target", "target", "target")] if target else []),
    )  # fmt: skip


def dated(s: Situation, acts: Sequence[Action] = ()) -> None:
    """The notes that the letters on the chart stand for."""
    text = "".join(
        f"<li><b>{letter}</b> {day(n.on)}: {escape(n.words)}</li>"
        for letter, n in zip(control_labels.LETTERS, control_labels.notes(s, acts), strict=False)
    )
    if text:
        st.html(f'<ul class="c-notes" aria-label="Marked on the chart">{text}</ul>')
