"""Beneath the list: one action whole, and for those who record, a report, a change, an undo, or a new action."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from data.ledger.actions.action_steps import Action, Deed, Group, Part, State
from pages.components.actions import action_history, action_words
from pages.components.actions.action_words import Names
from pages.components.deciding import decision_words, step_tried
from pages.components.layout import page_frame, page_state
from schemas.policy.status_words import ACTION
from workflow.deciding import acting, kept_steps

_TOLD = "action_told"
_WIDE = 560


def draw(found: Sequence[Action], names: Names) -> None:
    """Draw it for the viewer."""
    acts = acting.may_record(page_state.store(), page_state.viewer())
    step_tried.told(_TOLD)
    if found:
        page_frame.section("What became of it?", "Each step with who took it, when and why.")
        of = {a.number: a for a in found}
        chosen = st.selectbox(
            "Action", of, key="action_one", format_func=lambda n: f"{n}. {of[n].deed.name}", width=_WIDE
        )
        action_history.draw(of[chosen], names)
        if acts:
            one = of[chosen]
            page_frame.folded("Report on it", "action_report", lambda: _report(one))
            page_frame.folded("Change it", "action_change", lambda: _change(one))
            page_frame.folded("Undo the last step", "action_undo", lambda: _undo(one))
    if acts:
        page_frame.folded("Record an action", "action_record", _record)


def _report(one: Action) -> None:
    """Where it stands now. Its key names the step that was looked at, so that nothing is said of another."""
    key, deed = f"action_{one.number}_{one.last.step}_report", one.deed
    states: list[State] = ["planned", "running", "paused", "done", "stopped"]
    with st.form(key, border=False):
        state = st.radio(
            "Where does it stand?", states, index=states.index(one.state), horizontal=True, key=f"{key}_state",
            format_func=lambda s: ACTION[s],
        )  # fmt: skip
        so_far = st.text_input(
            "What has it done so far?", one.last.so_far, key=f"{key}_so_far", max_chars=acting.LONGEST_SO_FAR,
            width=_WIDE,
            help="It stands in the measure’s row of the scorecard: “640 cuffs lent”.",
        )  # fmt: skip
        said = _next(key, deed)
        st.caption(action_words.NO_PATIENT)
        pressed = st.form_submit_button("Record the report", key=f"{key}_go")
    if pressed:
        store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
        step_tried.tried(
            _TOLD, lambda: acting.report(store, who, one.number, one.last.step, state, so_far, said, actor=actor)
        )


def _next(key: str, deed: Deed) -> Deed:
    step = st.text_input(
        "What is the next step?", deed.next_step, key=f"{key}_next", max_chars=acting.LONGEST, width=_WIDE
    )
    due = st.date_input("By when?", deed.next_due, key=f"{key}_due", width=_WIDE)
    return replace(deed, next_step=step, next_due=due or None)


def _change(one: Action) -> None:
    key = f"action_{one.number}_{one.last.step}_change"
    who_takes_part = _who(key, one.deed)
    with st.form(key, border=False):
        said = _asked(key, one.deed, who_takes_part)
        why = st.text_input("Why?", key=f"{key}_why", max_chars=acting.LONGEST, width=_WIDE)
        pressed = st.form_submit_button("Record the change", key=f"{key}_go")
    if pressed:
        store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
        step_tried.tried(
            _TOLD, lambda: acting.change(store, who, one.number, one.last.step, said, reason=why, actor=actor)
        )


def _undo(one: Action) -> None:
    key = f"action_{one.number}_{one.last.step}_undo"
    after = "All is as before it." if len(one.steps) > 1 else "The action was recorded by mistake then."
    with st.form(key, border=False):
        st.caption(f"{after} The step stays in the history.")
        why = st.text_input("Why?", key=f"{key}_why", max_chars=acting.LONGEST, width=_WIDE)
        pressed = st.form_submit_button("Undo it", key=f"{key}_go")
    if pressed:
        store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
        step_tried.tried(_TOLD, lambda: acting.undo(store, who, one.number, one.last.step, reason=why, actor=actor))


def _record() -> None:
    key, today = "action_new", page_state.store().partnership.day
    empty = Deed("", "", next(iter(page_state.definitions())), today)
    who_takes_part = _who(key, empty)
    with st.form(key, border=False):
        said = _next(key, _asked(key, empty, who_takes_part))
        pressed = st.form_submit_button("Record the action", key=f"{key}_go")
    if pressed:
        store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
        step_tried.tried(_TOLD, lambda: acting.record(store, who, said, actor=actor))


def _who(key: str, deed: Deed) -> list[Part]:
    """Which partners take part. It stands above the form: the form asks of each what it gives and gets."""
    names = acting.read_partners(page_state.store(), page_state.viewer())
    before = {p.partner_id: p for p in deed.parts}
    chosen = st.multiselect(
        "Which partners take part?", list(names), [p for p in before if p in names], key=f"{key}_partners", width=_WIDE,
        format_func=names.__getitem__,
    )  # fmt: skip
    return [before.get(p, Part(p)) for p in chosen]


def _asked(key: str, deed: Deed, parts: Sequence[Part]) -> Deed:
    """What is done, by whom, from when, for whom and with what."""
    measures = [*page_state.definitions(), None]
    left, right = st.columns(2, gap="large")
    with left:
        name = st.text_input("Action, in a few words", deed.name, key=f"{key}_name", max_chars=acting.LONGEST_NAME)
        owner = st.text_input("Who does it", deed.owner, key=f"{key}_owner", max_chars=kept_steps.LONGEST_OWNER)
        measure = st.selectbox(
            "Measure", measures, measures.index(deed.indicator), key=f"{key}_measure", format_func=decision_words.about
        )
        group = _chosen("For which group?", acting.groups(), deed.group, f"{key}_group", "Everyone")
        place = _chosen("Where?", acting.read_places(page_state.store()), deed.place, f"{key}_place", "Everywhere")
    with right:
        starts = st.date_input("Start", deed.starts, key=f"{key}_starts")
        ends = st.date_input("End, if it has one", deed.ends, key=f"{key}_ends")
        budget = _amount("Budget in dollars, of all who give", deed.budget, f"{key}_budget")
        in_kind = st.text_input(
            "What is given in kind?", deed.in_kind, key=f"{key}_in_kind", max_chars=acting.LONGEST,
            help="Work, rooms or goods, in words: “Two nurses one day a week”.",
        )  # fmt: skip
    shares = tuple(_part(key, part) for part in parts)
    st.caption(action_words.NO_PATIENT)
    return replace(
        deed, name=name, owner=owner, indicator=measure, group=group, place=place, starts=starts, ends=ends or None,
        budget=budget, in_kind=in_kind, parts=shares,
    )  # fmt: skip


def _chosen(asks: str, options: Sequence[Group], now: Group | None, key: str, none: str) -> Group | None:
    known = [None, *options]
    return st.selectbox(
        asks, known, known.index(now) if now in known else 0, key=key,
        format_func=lambda one: action_words.group(one) if one else none,
    )  # fmt: skip


def _amount(asks: str, now: int, key: str) -> int:
    return int(st.number_input(asks, min_value=0, max_value=acting.MOST_DOLLARS, value=now, step=100, key=key))


def _part(key: str, part: Part) -> Part:
    """What a partner gives and gets, in dollars."""
    name = acting.read_partners(page_state.store(), page_state.viewer())[part.partner_id]
    st.html(f'<p class="c-fact"><b>{escape(name)}</b></p>')
    given, kind, gets = st.columns(3)
    at = f"{key}_{part.partner_id}"
    with given:
        money = _amount("gives money ($)", part.money, f"{at}_money")
    with kind:
        in_kind = _amount("gives in kind, worth ($)", part.in_kind, f"{at}_in_kind")
    with gets:
        got = _amount("gets money ($)", part.gets, f"{at}_gets")
    return Part(part.partner_id, money, in_kind, got)
