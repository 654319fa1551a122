"""The meeting, one measure at a time: its frame, its form, and for each measure what was decided before."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from data.ledger.decisions.decision_steps import Decision
from pages.components.deciding import decision_words
from pages.components.layout import page_address, page_state
from pages.components.meeting.html_parts import EMPTY, Html, tag, together
from schemas.policy.status_words import DECISION
from schemas.policy.viewer import EVERYONE
from workflow.deciding import kept_steps, recording

GENERAL = "general"
"""In place of a measure's id: what is about no single one."""
_KEYS = "Next: → or Page Down. Back: ← or Page Up. End: Esc."


def _dialog() -> Html:
    """The whole screen, empty: the browser fills it with what the rows hold."""
    buttons = [
        tag("button", words, type="button", class_=f"m-button {looks}", title=keys)
        for words, looks, keys in (("Back", "m-back", "Page Up"), ("Next", "m-next", "Page Down"),
                                   ("End meeting", "m-end", "Esc"))
    ]  # fmt: skip
    head = tag(
        "div", tag("p", role="status", class_="m-place"), tag("h2", tabindex="-1", class_="m-title"),
        tag("div", *buttons, class_="m-turn"), class_="m-head",
    )  # fmt: skip
    beside = tag("div", tag("div", class_="m-past"), _form(), class_="m-beside")
    return tag(
        "dialog", head, tag("div", tag("div", class_="m-shown"), beside, class_="m-slide"),
        tag("p", _KEYS, class_="m-small m-keys"), class_="m-meeting", aria_label="Meeting",
    )  # fmt: skip


def _form() -> Html:
    """The form that records; in its place who does, for those who may not."""
    store, who = page_state.store(), page_state.viewer()
    if not recording.may_record(store, who):
        return tag("p", "Backbone staff record what the meeting decides.", class_="m-small")
    today = store.partnership.day
    owners = tag("datalist", *(tag("option", value=name) for name in _owners()), id="m-owners")
    longest, longest_owner = str(recording.LONGEST), str(kept_steps.LONGEST_OWNER)
    return tag(
        "form",
        tag("h2", "What do we decide?", class_="m-asks"), tag("p", class_="m-small m-about-it"),
        _field("Decision", tag("textarea", name="words", rows="3", maxlength=longest), "m-of-agreed"),
        _field("Who does it", tag("input", name="owner", maxlength=longest_owner, list="m-owners", autocomplete="off"),
               "m-of-agreed"),
        _field("By when", tag("input", type="date", name="due", min=today.isoformat()), "m-of-agreed"),
        _field("Why", tag("input", name="reason", maxlength=longest, autocomplete="off"), "m-of-step"),
        tag("p", role="alert", class_="m-fault"),
        tag("p", tag("button", "Record", class_="m-button m-record"), " ",
            tag("button", "Leave it as it is", type="button", class_="m-button m-leave m-of-step"), " ",
            tag("span", role="status", class_="m-kept")),
        tag("p", decision_words.NO_PATIENT, class_="m-small"),
        owners, class_="m-decide", novalidate=True,
    )  # fmt: skip


def _field(words: str, field: Html, looks: str) -> Html:
    return tag("label", tag("span", words), field, class_=looks)


def _owners() -> list[str]:
    """Whom the release names: owners of measures, and partners that everyone may know: the form is on the wall."""
    settings, public = page_state.settings(), set(page_state.partner_names(EVERYONE).values())
    return list(dict.fromkeys([*settings.owners.values(), *(p.name for p in settings.members if p.name in public)]))


def told(known: Sequence[Decision], titles: dict[str, str]) -> dict[str, Any]:
    """What the browser is sent beside the table: for each measure what was decided, and the minutes. `titles`: of the
    measures, in their order."""
    release = page_state.release()
    shown, today = release.number if release else 0, page_state.store().partnership.day
    acts = recording.may_record(page_state.store(), page_state.viewer())
    names = [*titles, GENERAL]
    of = {
        name: [d for d in known if (d.indicator or GENERAL) == name and decision_words.matters(d, shown)]
        for name in names
    }
    return {
        "room": str(_dialog()),
        "past": {name: str(_listed(those, shown, today, acts)) for name, those in of.items()},
        "owners": dict(page_state.settings().owners),
        "minutes": str(_minutes(of, {**titles, GENERAL: decision_words.GENERAL}, shown, today, acts)),
    }


def _listed(those: Iterable[Decision], release: int, today: dt.date, acts: bool) -> Html:
    order = sorted(those, key=lambda d: (d.state != "open", d.agreed.due, d.number))
    items = [_item(one, release, today, acts) for one in order]
    return tag("ul", *items, class_="m-decisions", aria_label="What was decided") if items else EMPTY


def _item(one: Decision, release: int, today: dt.date, acts: bool) -> Html:
    agreed, late = one.agreed, tag("span", f"{DECISION['overdue']}. ", class_="m-late") if one.overdue(today) else None
    small = " ".join(filter(None, [decision_words.who_by(one), decision_words.became(one.last)]))
    buttons = [
        tag("button", words, type="button", class_="m-button m-act", data_kind=kind)
        for kind, words in (("done", "Done"), ("revised", "Change"), ("dropped", "Drop"))
        if one.state == "open" or kind == "revised"
    ]
    return tag(
        "li", tag("p", tag("b", f"{decision_words.when(one, release)}: "), agreed.words),
        tag("p", late, small, class_="m-small"),
        tag("p", *(part for b in buttons for part in (b, " ")), class_="m-acts") if acts else None,
        data_decision=str(one.number), data_step=str(one.last.step), data_words=agreed.words, data_owner=agreed.owner,
        data_due=agreed.due.isoformat(),
    )  # fmt: skip


def _minutes(of: dict[str, list[Decision]], titles: dict[str, str], release: int, today: dt.date, acts: bool) -> Html:
    """What the meeting decided, and what is still open from before, measure by measure."""
    parts = [
        tag("section", tag("h2", titles[name]), _listed(those, release, today, acts), class_="m-panel")
        for name, those in of.items()
        if those
    ]
    none = tag("p", "Nothing was decided on this release yet.", class_="m-told")
    places = [("board-pack", "Board pack, with these minutes"), ("decision-log", "All decisions")]
    links = [tag("a", words, href=page_address.address(path), target="_self") for path, words in places]
    return tag("div", together(*parts) if parts else none, tag("p", *links, class_="m-links"), class_="m-minutes")
