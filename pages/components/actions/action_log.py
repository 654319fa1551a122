"""The actions on a page: what is due, the list by measure and its file, and what each partner gives and gets."""

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from data.ledger.actions.action_steps import Action
from pages.components.actions import action_words, known_actions
from pages.components.actions.action_words import Names, dollars
from pages.components.deciding import decision_words, log_search
from pages.components.layout import page_address, page_frame, page_state
from pages.components.routes import one_time_downloads
from pages.components.sections import history_view
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording.count_words import day, many
from schemas.policy.status_words import ACTION

ALL, NOTHING = "Everyone", "–"
SOON = dt.timedelta(days=30)
LEAD = "What partners do about the measures, who does it and what comes next. Nothing is ever overwritten."
KINDS = {"recorded": "Recorded", "reported": "Reported", "changed": "Changed", "undone": "Undone"}
_COLUMNS = ("Measure", "Action", "Who does it", "With", "For whom", "State", "Done so far", "Next step")
GIVES = ("Partner", "Gives money ($)", "Gives in kind ($)", "Gets money ($)")
_IN_FILE = (
    "Number", "Step", "What", "Day", "Release", "Measure", "Action", "Who does it", "With", "For whom", "State",
    "Start", "End", "Budget", "In kind", "Done so far", "Next step", "Next step by", "Why", "By",
)  # fmt: skip


def headline(those: Sequence[Action]) -> str:
    """How many run, and how many wait for something whose day is past."""
    today = page_state.store().partnership.day
    if not those:
        return "No action is recorded yet"
    running, late = [a for a in those if a.state == "running"], sum(a.overdue(today) for a in those)
    among = " of them" if late and late == sum(a.overdue(today) for a in running) < len(running) else ""
    overdue = "nothing is overdue" if not late else f"{late}{among} {'is' if late == 1 else 'are'} overdue"
    return f"{many(len(running), 'action is', 'actions are') if running else 'No action is'} running, {overdue}"


def due(those: Sequence[Action], names: Names) -> None:
    """For each partner that the reader knows what is overdue and what is due within 30 days."""
    today = page_state.store().partnership.day
    soon = [a for a in those if a.due is not None and a.due <= today + SOON]
    until = f"Until {day(today + SOON)}, partner by partner: what is overdue, then what is due next."
    page_frame.section("What is due?", until)
    if not soon:
        page_frame.notice("Nothing is due", "No next step and no end of an action lies in the next 30 days.")
        return
    rows = [row for name, mine in _by_partner(soon, names) for row in _due(name, mine, today)]
    listing(("Partner", "Due", "Action", "What", "Who does it"), rows, "What is due")


def _by_partner(those: Sequence[Action], names: Names) -> list[tuple[str, list[Action]]]:
    """Partners in the one order used everywhere, then those not named together, then what nobody takes part in."""
    found = [(name, [a for a in those if p in {part.partner_id for part in a.deed.parts}]) for p, name in names.items()]
    found.append(("Partners not named", [a for a in those if any(not p.partner_id for p in a.deed.parts)]))
    found.append(("No partner named", [a for a in those if not a.deed.parts]))
    late = page_state.store().partnership.day
    return sorted(
        ((name, mine) for name, mine in found if mine), key=lambda one: not any(a.overdue(late) for a in one[1])
    )


def _due(name: str, those: Sequence[Action], today: dt.date) -> list[list[Cell]]:
    return [
        [name, f"{'Overdue since ' if a.overdue(today) else ''}{day(a.due)}" if a.due else "",
         a.deed.name, a.deed.next_step if a.deed.next_due else "It ends", a.deed.owner]
        for a in sorted(those, key=lambda a: a.due or today)
    ]  # fmt: skip


def choose(those: Sequence[Action], names: Names) -> list[Action]:
    """Ask for words, measure and state; those that fit, by measure."""
    if not those:
        return []
    asked = log_search.ask("action", [a.deed.indicator for a in those], _states())
    places, today = [*page_state.definitions(), None], page_state.store().partnership.day
    found = [a for a in those if asked.fits(_said(a, names), a.deed.indicator, a.state, *_overdue(a, today))]
    return sorted(found, key=lambda a: places.index(a.deed.indicator) if a.deed.indicator in places else len(places))


def _states() -> dict[str, str]:
    return {name: words for name, words in ACTION.items() if name != "withdrawn"} | {"overdue": "Overdue"}


def _overdue(one: Action, today: dt.date) -> list[str]:
    return ["overdue"] if one.overdue(today) else []


def _said(one: Action, names: Names) -> list[str]:
    return [*row(one, names), *(f"{s.deed.name} {s.deed.owner} {s.so_far} {s.reason}" for s in one.steps)]


def row(one: Action, names: Names) -> list[str]:
    """An action as a row."""
    deed = one.deed
    return [
        decision_words.about(deed.indicator), deed.name, deed.owner, action_words.partners(deed, names) or NOTHING,
        action_words.whom(deed) or ALL, f"{action_words.state(one)}, {action_words.runs(deed)}",
        one.last.so_far or NOTHING, action_words.next_step(deed) if one.is_open and deed.next_due else NOTHING,
    ]  # fmt: skip


def draw(those: Sequence[Action], found: Sequence[Action], names: Names) -> None:
    """The table, and the file of the same actions with every step."""
    if not those:
        return
    if not found:
        page_frame.notice("No action fits", "Search for other words, or choose every measure and state.")
        return
    listing(_COLUMNS, [row(a, names) for a in found], "Actions")
    one_time_downloads.button(
        f"Download {many(len(found), 'action')} (CSV)", as_csv(found, names), "actions.csv", "text/csv",
        key="actions_csv", help="Every step, with who took it, when and why.",
    )  # fmt: skip


def as_csv(found: Iterable[Action], names: Names) -> bytes:
    """Every step of the actions."""
    return log_search.as_csv(_IN_FILE, (
        [str(a.number), str(s.step), KINDS[s.kind], s.at.date().isoformat(), str(s.release),
         decision_words.about(s.deed.indicator), s.deed.name, s.deed.owner, action_words.partners(s.deed, names),
         action_words.whom(s.deed), ACTION[s.state], s.deed.starts.isoformat(),
         s.deed.ends.isoformat() if s.deed.ends else "", str(s.deed.budget), s.deed.in_kind, s.so_far,
         s.deed.next_step, s.deed.next_due.isoformat() if s.deed.next_due else "", s.reason,
         history_view.who(s.actor)]
        for a in found for s in a.steps
    ))  # fmt: skip


def of_measure(indicator: str) -> None:
    """What is done about one measure, with the way to all of it; nothing where nothing is done."""
    those, names = known_actions.of_measure(known_actions.read(), indicator), known_actions.names()
    page_frame.section("What is done about it?", "" if those else "No action about this measure is recorded yet.")
    if those:
        listing(_COLUMNS[1:], [row(a, names)[1:] for a in those], "Actions about this measure")
    to = page_address.address("action-log", indicator=indicator)
    st.html(f'<p class="c-fact"><a href="{escape(to)}" target="_self">All about them, and what is due</a></p>')


def contributions(those: Sequence[Action], names: Names) -> None:
    """What each partner gives to the actions and gets from them; partners not named are one row together."""
    page_frame.section(
        "What does each partner give and get?",
        "All actions above, over their whole time. In kind is work, rooms and goods, at what they are worth.",
    )
    rows = contribution_rows(those, names)
    if not rows:
        page_frame.notice("No partner is named in an action yet", "Add the partners that take part to the actions.")
        return
    listing((GIVES[0], "Takes part in", *GIVES[1:]), rows, "What partners give and get")
    total = sum(a.deed.budget for a in those)
    given = sum(p.money for a in those for p in a.deed.parts)
    if total:
        elsewhere = f" The other {dollars(total - given)} comes from elsewhere." if total > given else ""
        st.html(f'<p class="c-fact">The budgets add up to {dollars(total)}. '
                f"Partners give {dollars(given) if given else 'none'} of it.{elsewhere}</p>")  # fmt: skip


def contribution_rows(those: Sequence[Action], names: Names) -> list[list[Cell]]:
    """Partner, number of actions, dollars given, dollars' worth given in kind, dollars got; and all together."""

    def of(name: str, mine: Sequence[str | None]) -> list[Cell]:
        parts = [(a.number, p) for a in those for p in a.deed.parts if p.partner_id in mine]
        return [name, len({n for n, _ in parts}), sum(p.money for _, p in parts), sum(p.in_kind for _, p in parts),
                sum(p.gets for _, p in parts)]  # fmt: skip

    there = {p.partner_id for a in those for p in a.deed.parts}
    rows = [of(name, [p]) for p, name in names.items() if p in there]
    rows += [of("Partners not named", [""])] if "" in there else []
    return [*rows, of("Together", [*there])] if rows else []
