"""Actions: what is done about the measures. Each step is kept for good, with who, when and on which release.

A partner that has not agreed to be named stands in no reader's action under its letter: what is done, for whom and
where would tell who it is, and so whose figures the letter's are. It is counted, and nothing more.
"""

from dataclasses import replace

import duckdb

from data.ledger import kept_reads
from data.ledger.actions import action_steps
from data.ledger.actions.action_steps import Action, Deed, Group, Kind, Part, State, Step
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from metrics.indicators import indicators
from schemas.policy.viewer import Viewer
from schemas.vocabularies.groupings import BY_DIGITS, BY_WORDS, groups_of
from workflow import reading
from workflow.access.permitting import NotAllowed, require
from workflow.deciding import kept_steps

SHORTEST, LONGEST_NAME, LONGEST_SO_FAR, LONGEST = 5, 40, 50, 120
"""Letters: of a name and of what was done so far, so that seven of both fit the scorecard's screen; of the rest."""
MOST_DOLLARS = 1_000_000_000
_NOT_KNOWN = ("declined", "unknown")


def read_actions(store: Store, viewer: Viewer) -> list[Action]:
    """Every action, the newest first; partners that the viewer may not know by name have no id in it, and stand last.

    Raises NotAllowed.
    """
    require(viewer, "see_actions")
    return list(kept_reads.worked_out(store, _seen_by, viewer))


def _seen_by(store: Store, viewer: Viewer) -> list[Action]:
    known = reading.read_naming(store, viewer).known()
    return [
        replace(one, steps=tuple(replace(s, deed=_shown(s.deed, known)) for s in one.steps))
        for one in kept_reads.read(store, action_steps.actions)
    ]


def _shown(deed: Deed, known: set[str]) -> Deed:
    """In an order that tells nothing: named ones by id, then the others by what they give."""
    parts = [p if p.partner_id in known else replace(p, partner_id="") for p in deed.parts]
    return replace(
        deed, parts=tuple(sorted(parts, key=lambda p: (not p.partner_id, p.partner_id, p.money, p.in_kind, p.gets)))
    )


def may_record(store: Store, viewer: Viewer) -> bool:
    """Whether the viewer may record actions: a leader only where the partnership lets leaders."""
    return kept_steps.may_keep(store, viewer, "record_actions", "record_actions_as_leader")


def read_partners(store: Store, viewer: Viewer) -> dict[str, str]:
    """Partner -> name of those that the viewer knows by name: who can be put into an action. Raises NotAllowed."""
    require(viewer, "see_actions")
    naming = reading.read_naming(store, viewer)
    return {p: name for p, name in naming.names.items() if p in naming.known()}


def groups() -> list[Group]:
    """The declared groups of people that an action can be for."""
    return [(by, group) for by in BY_WORDS for group in groups_of(by) if group not in _NOT_KNOWN]


def read_places(store: Store) -> list[Group]:
    """The places that an action can be for: those that the settings list, and those that the release shows."""
    listed = store.partnership.places
    found = {("zip", code) for code in listed} | {("county_fips", code) for code in listed.values()}
    for _, _, by, codes in reading.read_grouped_by(store):
        if by in BY_DIGITS:
            found.update((by, code) for code in codes if code.isdigit())
    return sorted(found)


def record(store: Store, viewer: Viewer, deed: Deed, *, actor: str) -> int:
    """Keep a new action, which is planned; returns its number. Raises NotAllowed, and NotPossible with what to do."""
    _refuse_others(store, viewer)
    said = _fit(store, viewer, deed)
    with kept_steps.writing(store) as cur:
        for known in action_steps.actions(cur):
            if known.is_open and (known.deed.indicator, known.deed.name) == (said.indicator, said.name):
                raise NotPossible("an action of this name is open already. Report on it, or choose another name")
        return action_steps.add(cur, None, _step(store, 1, "recorded", "planned", said, "", "", actor))


def report(
    store: Store, viewer: Viewer, number: int, seen: int, state: State, so_far: str, deed: Deed, *, actor: str
) -> None:
    """Say where an action stands and what it has done so far. Of `deed` only the next step, with its day, is taken.

    `seen`: its last step that was looked at. Raises NotAllowed, and NotPossible with what to do, also where someone
    took another step meanwhile.
    """
    _refuse_others(store, viewer)
    if state == "withdrawn":
        raise NotPossible("choose where the action stands")
    told = _letters(so_far, "what it has done so far", LONGEST_SO_FAR) if so_far.strip() else ""
    with kept_steps.writing(store) as cur:
        known = _known(cur, number, seen)
        said = replace(known.deed, next_step=deed.next_step, next_due=deed.next_due)
        if (state, told, said) == (known.state, known.last.so_far, known.deed):
            raise NotPossible("nothing is changed by it")
        said = _fit_words(store, said, told)
        action_steps.add(cur, number, _step(store, seen + 1, "reported", state, said, told, "", actor))


def change(store: Store, viewer: Viewer, number: int, seen: int, deed: Deed, *, reason: str, actor: str) -> None:
    """Plan an action otherwise. Partners that the viewer may not know stay in it. Raises as `report` does."""
    _refuse_others(store, viewer)
    why = kept_steps.fit_reason(store, reason)
    mine = reading.read_naming(store, viewer).known()
    with kept_steps.writing(store) as cur:
        known = _known(cur, number, seen)
        others = tuple(p for p in known.deed.parts if p.partner_id not in mine)
        said = _fit(store, viewer, deed, others)
        if said == known.deed:
            raise NotPossible("nothing is changed by it")
        step = _step(store, seen + 1, "changed", known.state, said, known.last.so_far, why, actor)
        action_steps.add(cur, number, step)


def undo(store: Store, viewer: Viewer, number: int, seen: int, *, reason: str, actor: str) -> None:
    """Take the last step back by another one, after which all is as before it. Undone itself, it holds again; undoing
    the first step withdraws the action. Raises as `report` does."""
    _refuse_others(store, viewer)
    why = kept_steps.fit_reason(store, reason)
    with kept_steps.writing(store) as cur:
        known = _known(cur, number, seen)
        if len(known.steps) > 1:
            before = known.steps[-2]
            step = _step(store, seen + 1, "undone", before.state, before.deed, before.so_far, why, actor)
        else:
            step = _step(store, seen + 1, "undone", "withdrawn", known.deed, known.last.so_far, why, actor)
        action_steps.add(cur, number, step)


def _refuse_others(store: Store, viewer: Viewer) -> None:
    if not may_record(store, viewer):
        raise NotAllowed


def _known(cur: duckdb.DuckDBPyConnection, number: int, seen: int) -> Action:
    """The action as it was looked at. Raises NotPossible where there is none, or where it has changed since."""
    known = next((a for a in action_steps.actions(cur) if a.number == number), None)
    if known is None:
        raise NotPossible(f"there is no action {number}")
    if known.last.step != seen:
        raise NotPossible("someone changed this action meanwhile. Look at it, and then say it again")
    return known


def _step(
    store: Store, step: int, kind: Kind, state: State, deed: Deed, so_far: str, reason: str, actor: str
) -> Step:  # fmt: skip
    release = kept_steps.release_shown(store, "An action")
    return Step(step, kind, state, deed, so_far, reason, release, actor, store.now())


def _fit(store: Store, viewer: Viewer, deed: Deed, others: tuple[Part, ...] = ()) -> Deed:
    """What is done as it may be kept. `others`: parts of partners that the viewer may not know. Raises NotPossible."""
    if deed.indicator is not None and deed.indicator not in indicators():
        raise NotPossible("this measure is not known any more. Open the page again")
    if deed.group is not None and deed.group not in groups():
        raise NotPossible("choose the group from the list")
    if deed.place is not None and deed.place not in read_places(store):
        raise NotPossible("choose the place from the list")
    if not kept_steps.near(store, deed.starts):
        raise NotPossible("choose the day on which it starts, within ten years of today")
    if deed.ends is not None and not (deed.starts <= deed.ends and kept_steps.near(store, deed.ends)):
        raise NotPossible("choose an end after the start, within ten years of today")
    unknown = {p.partner_id for p in deed.parts} - set(read_partners(store, viewer))
    if unknown or len({p.partner_id for p in deed.parts}) < len(deed.parts):
        raise NotPossible("choose the partners from the list, each once")
    said = replace(deed, owner=kept_steps.fit_owner(deed.owner), parts=(*deed.parts, *others))
    _fit_money(said)
    return _fit_words(store, said)


def _fit_money(deed: Deed) -> None:
    amounts = [deed.budget, *(n for p in deed.parts for n in (p.money, p.in_kind, p.gets))]
    if not all(0 <= n <= MOST_DOLLARS for n in amounts):
        raise NotPossible("write amounts in whole dollars, from 0 on")
    for what, total in (("give", sum(p.money for p in deed.parts)), ("get", sum(p.gets for p in deed.parts))):
        if total > deed.budget:
            raise NotPossible(f"partners {what} ${total:,}, which is more than the budget of ${deed.budget:,}")


def _fit_words(store: Store, deed: Deed, so_far: str = "") -> Deed:
    """The words of an action and of a report on it. All are read by everyone, so no patient and no partner that is
    not named may stand in them."""
    name = _letters(deed.name, "the action", LONGEST_NAME)
    step = _letters(deed.next_step, "the next step", LONGEST) if deed.next_step.strip() else ""
    if bool(step) != (deed.next_due is not None):
        raise NotPossible("a next step and the day by which it is due go together")
    if deed.next_due is not None and not kept_steps.near(store, deed.next_due):
        raise NotPossible("choose a day for the next step within ten years of today")
    in_kind = _letters(deed.in_kind, "what is given in kind", LONGEST) if deed.in_kind.strip() else ""
    for words in filter(None, (name, step, in_kind, so_far)):
        kept_steps.fit_words(store, f"{deed.owner}: {words}", deed.owner)  # an id of a patient would be no owner either
    return replace(deed, name=name, next_step=step, in_kind=in_kind)


def _letters(words: str, what: str, longest: int) -> str:
    said = " ".join(words.split())
    if not SHORTEST <= len(said) <= longest:
        raise NotPossible(f"write {what} in {SHORTEST} to {longest} letters: these are {len(said)}")
    return said
