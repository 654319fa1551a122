"""Which action is judged: its measure, its start, who took part, who is beside them; all of it kept in the link."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metrics.acting.arms import Action
from metrics.counting import strata
from metrics.counting.declaration import Indicator
from metrics.judging.figure_words import month
from pages.components.evaluating import compared_partners, judged_actions
from pages.components.evaluating.judged_actions import Judged
from pages.components.layout import page_state
from pages.components.wording.evaluating import impact_words
from workflow import reading
from workflow.evaluating.reading_impact import Recorded

_ALL = "all"
WHY_NOT = "Who took part is not named to you, or reports no measure of it. So it cannot be judged here."
CHOOSE = "Choose who took part. Their closed months or years are compared."
LEAD = "Compared with partners that did not take part, from figures that everyone may see."
Chosen = tuple[Action, tuple[str, ...]]


def choose(known: Mapping[str, Indicator]) -> tuple[Chosen | None, Recorded | None]:
    """The action with the partners beside it (None where nothing can be compared), and as which it was recorded."""
    those = judged_actions.judged(known)
    recorded = _recorded([one.recorded for one in those])
    _say_which_cannot(those)
    if recorded is None:
        return _typed(known), None
    if recorded.action is None or recorded.action.indicator not in known:
        return None, recorded
    return (recorded.action, _beside(recorded.action)), recorded


def _say_which_cannot(those: Sequence[Judged]) -> None:
    if told := impact_words.not_judged([(one.recorded.name, one.why_not) for one in those if one.why_not]):
        st.html(f'<p class="c-note">{escape(told)}</p>')


def _recorded(those: Sequence[Recorded]) -> Recorded | None:
    """One of the actions that the partnership has recorded, or none of them."""
    if not those:
        return None
    of = {str(one.number): one for one in those}
    options = [*of, _ALL]
    first = options[0] if "indicator" not in st.query_params else _ALL
    chosen = str(st.selectbox(
        "Action", options, index=options.index(page_state.picked("action", options, first, "impact_action")),
        key="impact_action",
        format_func=lambda one: "Another one: choose its facts" if one == _ALL else of[one].name, width=560,
    ))  # fmt: skip
    page_state.keep("action", chosen)
    return of.get(chosen)


def _beside(action: Action) -> tuple[str, ...]:
    """Whom it is compared with: of all that did not take part, the usual ones until others are chosen."""
    names, usual = page_state.shared_names(), compared_partners.beside(action)
    others = [p for p in compared_partners.reporting(action.indicator) if p not in action.partners]
    key = f"impact_beside_{action.indicator}_{','.join(action.partners)}"
    return tuple(_several("Compared with", "beside", others, usual, names, key))


def _typed(known: Mapping[str, Indicator]) -> Chosen | None:
    """The facts of an action that is not recorded, one by one; the link keeps them."""
    first, second, third = st.columns([2, 1, 2])
    ids = list(known)
    measure = str(first.selectbox(
        "Measure", ids, index=ids.index(page_state.picked("indicator", ids, ids[0], "impact_measure")),
        key="impact_measure",
        format_func=lambda one: known[one].title,
    ))  # fmt: skip
    page_state.keep("indicator", measure)
    starts = {str(day): day for day in compared_partners.starts(measure)}
    partners = compared_partners.reporting(measure)
    if not starts or not partners:
        return None
    options = list(starts)
    key = f"impact_start_{measure}"
    start = second.selectbox(
        "Started in", options,
        index=options.index(page_state.picked("from", options, _usual_start(measure, options), key)), key=key,
        format_func=lambda one: month(starts[one]),
    )  # fmt: skip
    page_state.keep("from", str(start))
    group = _group(third, measure)
    left, right = st.columns(2)
    with left:
        names = page_state.shared_names()
        taking = _several("Took part", "with", partners, partners[:1], names, f"impact_with_{measure}")
    if not taking:
        return None
    action = Action(measure, starts[str(start)], tuple(taking), group)
    with right:
        return action, _beside(action)


def _usual_start(measure: str, options: Sequence[str]) -> str:
    """The month of the measure's first note in the settings, else the one a year before the last."""
    noted = sorted(str(a.on.replace(day=1)) for a in page_state.settings().annotations if a.indicator == measure)
    return next((day for day in noted if day in options), options[max(len(options) - 12, 0)])


def _several(
    label: str, name: str, options: Sequence[str], usual: Sequence[str], names: Mapping[str, str], key: str
) -> list[str]:
    """Partners chosen of several; the link names them."""
    told = [p for p in st.query_params.get(name, "").split(",") if p in options]
    chosen = st.multiselect(label, options, default=told or usual, key=key, format_func=lambda p: names.get(p, p))
    page_state.keep(name, ",".join(chosen) if set(chosen) != set(usual) else None)
    return list(chosen)


def _group(place: DeltaGenerator, measure: str) -> tuple[str, str] | None:
    """Everyone, or one group: those of single partners are published by year."""
    groups = {
        f"{by}={group}": (by, group)
        for kind, indicator, by, those in reading.read_grouped_by(page_state.store())
        if kind == "year" and indicator == measure
        for group in those
    }
    options = [_ALL, *groups]
    chosen = place.selectbox(
        "For", options, index=options.index(page_state.picked("group", options, _ALL, f"impact_group_{measure}")),
        key=f"impact_group_{measure}",
        format_func=lambda one: "Everyone" if one == _ALL else _label(*groups[one]),
    )  # fmt: skip
    page_state.keep("group", None if chosen == _ALL else str(chosen))
    return groups.get(str(chosen))


def _label(by: str, group: str) -> str:
    return f"{strata.stratum_title(by)}: {strata.category_label(by, group)}"


def in_words(action: Action, recorded: Recorded | None) -> str:
    """The action in a line above the headline, as HTML."""
    name = f"{escape(recorded.name)} · " if recorded else ""
    return f"Impact and value · {name}started in {month(action.start)}"
