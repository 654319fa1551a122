"""What is said of an action: who takes part, for whom and where, what was done so far and what is next."""

import datetime as dt
from collections.abc import Mapping, Sequence

from data.ledger.actions.action_steps import Action, Deed, Group
from metrics.counting import strata
from metrics.judging import figure_words
from pages.components.wording.count_words import day, listed, many
from pages.components.wording.evaluating import value_words
from schemas.policy.status_words import ACTION

NO_PATIENT = (
    "Name no patient, and no partner that has not agreed to be named. Everyone in the partnership reads it, and it "
    "stands in the board pack."
)
NOT_NAMED = "partner not named"
Names = Mapping[str, str]


def partners(deed: Deed, names: Names) -> str:
    """Who takes part, as far as the reader may know."""
    there = {p.partner_id for p in deed.parts}
    known = [name for partner, name in names.items() if partner in there]
    others = len(deed.parts) - len(known)
    return listed([*known, *([many(others, NOT_NAMED, "partners not named")] if others else [])])


def group(one: Group) -> str:
    """A group or a place, with what it is one of."""
    by, category = one
    return f"{strata.stratum_title(by)}: {strata.category_label(by, category)}"


def whom(deed: Deed) -> str:
    """For which group and where; empty where it is for all."""
    return "; ".join(group(one) for one in (deed.group, deed.place) if one)


def dollars(amount: int) -> str:
    """An amount, or a dash for none."""
    return value_words.dollars(amount) if amount else "–"


def runs(deed: Deed) -> str:
    """From when to when."""
    return f"{day(deed.starts)} to {day(deed.ends)}" if deed.ends else f"since {day(deed.starts)}"


def state(one: Action) -> str:
    """The one word for how it stands."""
    return ACTION[one.state]


def begun(one: Action) -> str:
    """What a chart says at its start."""
    return f"Start of “{one.deed.name}”"


def next_step(deed: Deed) -> str:
    """What is next and by when; empty where nothing is."""
    return f"{deed.next_step}, by {day(deed.next_due)}" if deed.next_due else ""


def due(one: Action, today: dt.date) -> str:
    """What is due, and whether its day is past."""
    deed = one.deed
    if one.due is None:
        return ""
    what = deed.next_step if deed.next_due else "its end"
    return f"{deed.name}: {what}, {'was due' if one.overdue(today) else 'by'} {day(one.due)}"


def in_row(those: Sequence[Action]) -> tuple[str, str]:
    """Of a measure's actions the first: its owner, and in few words its name with what it has done so far or where it
    stands, and how many more there are. Empty without any."""
    if not those:
        return "", ""
    first, more = those[0], len(those) - 1
    began = "starts" if first.state == "planned" else f"{state(first).lower()} since"
    told = first.last.so_far or f"{began} {figure_words.month(first.deed.starts)}"
    return first.deed.owner, f"{first.deed.name}: {told}{f' (+{more})' if more else ''}"


def line(one: Action, names: Names) -> str:
    """An action in one line: its name, how it stands, who does it with whom, what it has done so far."""
    who = partners(one.deed, names)
    parts = [f"{state(one)}, {runs(one.deed)}", f"{one.deed.owner}{f' with {who}' if who else ''}", whom(one.deed),
             one.last.so_far, f"Next: {next_step(one.deed)}" if one.is_open and one.deed.next_due else ""]  # fmt: skip
    return ". ".join(part.rstrip(".") for part in parts if part) + "."
