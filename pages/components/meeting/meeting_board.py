"""The scorecard in the browser: one component of ours that holds the table and opens evidence without asking again."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from data.ledger.actions.action_steps import Action
from data.ledger.decisions.decision_steps import Decision
from metrics.judging.indicator_facts import Situation
from pages.components.actions import known_actions
from pages.components.deciding import meeting_room, recorded
from pages.components.frontend import assets
from pages.components.layout import kept_parts, page_address, page_state
from pages.components.layout.at_hand import at_hand
from pages.components.meeting import agenda, evidence, glossary, meeting_table
from pages.components.meeting.agenda import Measure
from pages.components.meeting.html_parts import EMPTY, Html, tag, together
from pages.components.sections import group_intervals, partner_intervals
from pages.components.stories import known_stories
from pages.components.wording.count_words import many
from pages.components.wording.releases import hiding_words
from schemas.policy.viewer import EVERYONE
from workflow import reading
from workflow.deciding import recording

KEY = "meeting"
_BOARD, _SHARED, _TURN = f"{KEY}_board", f"{KEY}_shared", f"{KEY}_turn"


_PARTS = ("meeting_room", "meeting_board")
"""Style sheets and scripts, in the order in which they are read."""


@cache
def _component() -> Any:
    """Registered once: to do it again takes longer than to draw."""
    html, css, js = (
        "".join(assets.text(f"{name}.{kind}") for name in names)
        for kind, names in (("html", ["meeting_board"]), ("css", _PARTS), ("js", _PARTS))
    )
    return st.components.v2.component("concord_meeting", html=html, css=css, js=js, isolate_styles=False)


def on_scorecard() -> list[Situation]:
    """Those with a figure that the scorecard and the board pack show: not what has its own page alone, as the settings
    of now say; all where nothing else is there."""
    known = [s for s in page_state.situations() if s.now]
    apart = page_state.store().partnership.scorecard.own_pages
    return [s for s in known if s.indicator.id not in apart] or known


def draw(situations: list[Situation]) -> None:
    """Put the scorecard on the page. Only what a meeting records asks the server again. It is no fragment: for
    one Streamlit copies all containers around it, at each rerun."""
    with st.container(key=KEY):
        _component()(
            key=_BOARD, data=_finished(situations), on_wanted_change=_taken, on_shared_change=_shared
        )  # fmt: skip


def _taken() -> None:
    recorded.take(st.session_state[_BOARD].get("wanted"))


def _shared() -> None:
    """A meeting begins or ends in this browser. What hangs on a wall is as everyone may see it, whoever runs it: no
    partner's exact figures, and no name that only backbone staff know."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state[_SHARED] = st.session_state[_BOARD].get("shared") == "begins"


def _finished(situations: list[Situation]) -> bytes:
    """What is sent, as JSON: the table, each measure's evidence, and a mark by which the browser knows it again; these
    are made once for each release, viewer and day, since what is late depends on the day. Beside them the decisions."""
    store, known = page_state.store(), recording.read_decisions(page_state.store(), page_state.viewer())
    shared = st.session_state.get(_SHARED, False)
    who = EVERYONE if shared else page_state.viewer()
    with page_state.seen_by(who):
        made = _made(
            situations, page_state.kept_under(), reading.released(store), who.role, who.partner_id,
            str(page_state.carried()), str(store.partnership.day), tuple(sorted(overdue(known).items())),
            known_actions.mark(known_actions.read()), known_stories.mark(),
        )  # fmt: skip
    mark = tuple((d.number, d.last.step) for d in known)
    told = kept_parts.kept(lambda: _told(situations, known), "meeting", mark, str(page_state.carried()))
    # The turn makes each answer another message: the browser throws away what it has kept of one when steps overtake
    # each other (Streamlit 1.67), and is then told to look there.
    state = {
        "everyone": who.role == EVERYONE.role, "shared": shared, "turn": st.session_state.get(_TURN, 0),
        "answer": recorded.answer(),
    }  # fmt: skip
    return b"".join((made[:-1], b', "meeting": ', told[:-1], b", ", json.dumps(state).encode()[1:], b"}"))


def _told(situations: list[Situation], known: Sequence[Decision]) -> bytes:
    titles = {s.indicator.id: s.indicator.title for s in situations}
    return json.dumps(meeting_room.told(known, titles)).encode()


def overdue(known: Sequence[Decision]) -> Counter[str]:
    """Measure -> how many of its decisions are open although their day is past."""
    today = page_state.store().partnership.day
    return Counter(d.indicator for d in known if d.indicator and d.overdue(today))


@at_hand(200)  # never changed by anyone, so it need not be copied
def _made(
    _situations: list[Situation], folder: str, number: int, role: str, partner_id: str | None, links: str, today: str,
    late: tuple[tuple[str, int], ...], done: tuple[tuple[int, int], ...], told: tuple[int, ...],
) -> bytes:  # fmt: skip
    those = measures(_situations, dict(late), known_actions.read())
    page = whole(those)
    found = {one.s.indicator.id: str(evidence.panel(one)) for one in those}
    mark = hashlib.sha256("".join([page, *found.values()]).encode()).hexdigest()[:16]
    return json.dumps({"page": page, "evidence": found, "version": mark}).encode()


def measures(
    situations: list[Situation], late: Mapping[str, int] | None = None, actions: Sequence[Action] = ()
) -> list[Measure]:
    """Each figure with what its row rests on, in the order in which a meeting takes them. `late`: measure -> how many
    decisions are overdue; None, and no actions, where a release alone speaks."""
    decided, today = late or {}, page_state.store().partnership.day
    gaps = {g.situation.indicator.id: g for g in group_intervals.gaps(situations)}
    followed = {g.indicator for g in page_state.judged_groups() if g.named}
    results = page_state.results(stratifier="all", period_kind="year")
    found, settings = partner_intervals.compared(situations, results), page_state.settings()
    return agenda.in_order(
        Measure(
            s, gaps.get(s.indicator.id), found[s.indicator.id],
            page_state.coverage(s.indicator.id, s.now["period_end"]), s.indicator.id in followed,
            settings.owners.get(s.indicator.id, ""), settings.plans.get(s.indicator.id, ""),
            decided.get(s.indicator.id, 0), mine, sum(a.overdue(today) for a in mine),
        )
        for s in situations
        if s.now
        for mine in [known_actions.of_measure(actions, s.indicator.id)]
    )  # fmt: skip


def whole(those: list[Measure]) -> Html:
    """All that stands below the headline: what finds and chooses, the table, the legend, and the terms."""
    left_out = page_state.store().partnership.scorecard.leave_out  # how it is shown today, whatever was released when
    names = partner_intervals.names_with_own()
    hidden = hiding_words.hidden(page_state.hiding(), page_state.settings().policy.smallest_cell)
    return together(
        _tools(those, left_out),
        meeting_table.table(those, names, page_state.shared_names(), left_out),
        meeting_table.foot(those),
        *glossary.notes({"hidden": ("What is hidden", hidden)}),
    )


def _tools(those: list[Measure], left_out: tuple[str, ...]) -> Html:
    """Search, columns, and the link of what is seen."""
    find = tag(
        "input", type="search", placeholder="Find a measure", aria_label="Find a measure", class_="m-find",
        autocomplete="off",
    )  # fmt: skip
    ticks = [
        tag("label", tag("input", type="checkbox", value=c, checked=True, class_="m-column"), glossary.TERMS[c][0])
        for c in meeting_table.SCORECARD_COLUMNS
        if c not in left_out
    ]
    columns = (
        tag("button", "Columns", type="button", popovertarget="m-columns", aria_haspopup="dialog", class_="m-button")
        if ticks
        else EMPTY
    )
    return tag(
        "div", find, tag("span", role="status", class_="m-found"), tag("span", _in(those), class_="m-in"), columns,
        tag("button", "Copy link", type="button", class_="m-button m-copy"),
        tag("a", "Board pack", href=page_address.address("board-pack"), target="_self", class_="m-button"),
        tag("button", "Start meeting", type="button", class_="m-button m-start"),
        tag("div", *ticks, id="m-columns", popover="auto", class_="m-about", role="dialog", aria_label="Columns"),
        class_="m-tools",
    )  # fmt: skip


def _in(those: list[Measure]) -> Html:
    """Whose data is in, and how much is hidden."""
    partners = {p for one in those for p in (*one.seen.complete, *one.seen.late)}
    late = {p for one in those for p in one.seen.late}
    told = f"{len(partners - late)} of {many(len(partners), 'partner')} complete · "
    return together(told, glossary.term("hidden", hiding_words.brief(page_state.hiding())))
