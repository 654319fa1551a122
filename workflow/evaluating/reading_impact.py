"""What an action changed and what it is worth, for whoever may see figures: the same for all, of what all may see."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from data.ledger import kept_reads
from data.ledger.actions.action_steps import Deed
from data.ledger.store import Store
from metrics.acting import impact as impacts
from metrics.acting import sharing
from metrics.acting import value as values
from metrics.acting.arms import Action
from metrics.acting.impact import Impact, Placebo
from metrics.acting.sharing import CannotShare, Funding, Shares, Venture
from metrics.acting.value import Value
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.periods import DAY
from metrics.counting.strata import ALL
from metrics.judging.indicator_facts import declared_smallest
from schemas.policy.access.permissions import may_some
from schemas.policy.viewer import EVERYONE, SERVER, Viewer
from schemas.policy.worth.unit_value import UnitValue
from workflow import reading
from workflow.access.permitting import require
from workflow.deciding import acting
from workflow.governing import agreed_purposes

Row = dict[str, Any]


def read_partners(store: Store, indicator: str, *, viewer: Viewer = SERVER) -> list[str]:
    """The partners with published figures of a measure, as everyone's figures name them; without those whose agreement
    does not let them be judged. Raises NotAllowed."""
    require(viewer, "see_figures")
    rows = _published(store, indicator).filter(pl.col("period_kind") == "year")
    return sorted(set(rows["scope"]) - {PARTNERSHIP} - _not_judged(store))


def _not_judged(store: Store) -> set[str]:
    """The partners, as everyone's figures name them, whose agreements do not include quality improvement."""
    ids = reading.read_naming_of_release(store, EVERYONE).ids
    return {ids[p.id] for p in agreed_purposes.not_for(store, "quality_improvement") if p.id in ids}


def read_starts(store: Store, indicator: str, *, viewer: Viewer = SERVER) -> list[dt.date]:
    """The first days of the months in which an action can have begun so that something of it is closed, the oldest
    first; the settings' notes of the measure come from them. Raises NotAllowed."""
    require(viewer, "see_figures")
    rows = _published(store, indicator)
    firsts = {r["period_start"] for r in rows.to_dicts() if r["closed"] and r["period_kind"] in ("month", "quarter")}
    if not firsts:
        return []
    first, last = min(firsts), max(firsts)
    months = (last.year - first.year) * 12 + last.month - first.month
    numbers = [first.year * 12 + first.month - 1 + n for n in range(1, months + 1)]
    return [dt.date(n // 12, n % 12 + 1, 1) for n in numbers]


def read_beside(store: Store, action: Action, *, viewer: Viewer = SERVER) -> list[str]:
    """Partners that did not take part and report the measure: of the kinds of those who did, where everyone may know
    these; else all of them. Raises NotAllowed."""
    others = [p for p in read_partners(store, action.indicator, viewer=viewer) if p not in action.partners]
    peers = reading.read_naming_of_release(store, EVERYONE).peers
    alike = set().union(*(group.ids for group in peers if group.ids & {*action.partners}))
    return [p for p in others if p in alike] or others


def read_impact(store: Store, action: Action, beside: Sequence[str], *, viewer: Viewer = SERVER) -> Impact:
    """What the action changed, as far as published figures say. Raises NotAllowed; KeyError for an unknown measure."""
    require(viewer, "see_figures")
    definition = reading.read_definitions(store)[action.indicator]
    return impacts.impact(_rows(store, action), action, beside, declared_smallest(definition))


def read_placebo_measures(
    store: Store, action: Action, beside: Sequence[str], *, viewer: Viewer = SERVER
) -> list[Placebo]:
    """The measures that the action was not about, tried as if it had been: of each that has a comparison what was
    found. Raises NotAllowed."""
    require(viewer, "see_figures")
    found = []
    for name, definition in reading.read_definitions(store).items():
        if name != action.indicator:
            said = read_impact(store, replace(action, indicator=name), beside, viewer=viewer)
            if said.found and said.verdict in ("changed", "no detectable change"):
                found.append(Placebo(definition.id, said.found, said.verdict == "changed"))
    return found


def read_people(store: Store, said: Impact, *, viewer: Viewer = SERVER) -> dict[str, int]:
    """Partner taking part -> people or stays in its latest whole year that is closed: in it a person counts once.

    Raises NotAllowed."""
    require(viewer, "see_figures")
    by, group = said.action.group or (ALL, ALL)
    rows = _published(store, said.action.indicator, by, group).to_dicts()
    years = [r for r in rows if r["period_kind"] == "year" and r["scope"] in said.taking]
    shown = [r for r in years if r["closed"] and r["denominator"] and r["period_end"] > said.action.start - DAY]
    latest = {r["scope"]: r["denominator"] for r in sorted(shown, key=lambda r: r["period_end"])}
    return {name: int(latest[name]) for name in said.taking if name in latest}


@dataclass(frozen=True)
class Recorded:
    """An action as it was recorded, to be judged. `action`: None where who took part is not named to the viewer, or
    where it is about no measure that they report; `costs`: partner (as everyone's figures name it) or "others" ->
    dollars a year."""

    number: int
    name: str
    action: Action | None
    costs: Mapping[str, float]


def read_recorded(store: Store, *, viewer: Viewer = SERVER) -> list[Recorded]:
    """The actions that have begun, those that can be judged first; none for whom they are none of their business.

    One with a partner whose name the viewer may not know cannot be judged by that viewer: to be shown among those who
    took part would tell whose letter it is.
    """
    if not may_some(viewer, "see_actions"):
        return []
    known = [(one.number, one.deed) for one in acting.read_actions(store, viewer) if one.state != "withdrawn"]
    found = [_recorded(store, n, deed, viewer) for n, deed in known if deed.starts <= store.partnership.day]
    return sorted(found, key=lambda one: one.action is None)


def _recorded(store: Store, number: int, deed: Deed, viewer: Viewer) -> Recorded:
    """Those who report the measure are judged; who gives money alone stands among the costs, as those of a year."""
    ids = reading.read_naming_of_release(store, EVERYONE).ids
    named = {ids[part.partner_id]: part for part in deed.parts if part.partner_id in ids}
    action = None
    if deed.indicator and len(named) == len(deed.parts):
        judged = tuple(p for p in read_partners(store, deed.indicator, viewer=viewer) if p in named)
        start = deed.starts.replace(day=1)
        action = Action(deed.indicator, start, judged, deed.group or deed.place) if judged else None
    years = max(1.0, ((deed.ends or store.partnership.day) - deed.starts).days / 365.25)
    costs = {p: (part.money + part.in_kind) / years for p, part in named.items()}
    rest = max(0.0, deed.budget - sum(part.money for part in deed.parts)) / years
    return Recorded(number, deed.name, action, costs | ({OTHERS: rest} if rest else {}))


OTHERS = "others"
"""Who bears what no partner of an action does."""


def unit_value(store: Store, indicator: str) -> UnitValue | None:
    """What the partnership says one result of a measure is worth; None where it has not said."""
    return next((v for v in store.partnership.values if v.indicator == indicator), None)


def worth(
    said: Impact, unit: UnitValue, people: Mapping[str, int], costs: Mapping[str, float], indicator: Indicator
) -> Value | None:
    """What the change is worth in a year; None without a comparison, or of a mean."""
    if indicator.statistic == "mean" or not people:
        return None
    return values.value(said, unit, sum(people.values()), costs, lower_is_better=indicator.better == "lower")


def own_worth(found: Value, people: Mapping[str, int]) -> dict[str, int]:
    """Partner -> its part of what the change is worth, by its people; in cents, as finely as the worth may be said."""
    step = values.fineness(found.gross)
    parts = sharing.in_proportion(max(0, round(found.gross[0] / step)), people)
    return {partner: round(100 * step) * part for partner, part in parts.items()}


PEOPLE, WORTH, NEEDED = "People served", "Own results are worth, $", "Nothing works without it"
"""What a row of the sharing table asks."""


def shares(pot: float, rows: Mapping[str, Row], costs: Mapping[str, float]) -> dict[str, Shares | str]:
    """Rule -> each partner's share in cents, or why the rule has nothing to go by. `pot`, `costs`: dollars; `rows`:
    partner -> what was typed in for it. What nobody of them paid is the cost that any group would bear."""
    served = {p: max(0, int(row[PEOPLE] or 0)) for p, row in rows.items()}
    paid = {p: _cents(costs.get(p, 0)) for p in rows}
    needed = frozenset(p for p, row in rows.items() if row[NEEDED])
    gain = Venture({p: _cents(row[WORTH] or 0) for p, row in rows.items()}, _cents(sum(costs.values())), needed)
    whole = _cents(pot)
    return {
        "equal": sharing.tried(lambda: sharing.equal(whole, list(rows))),
        "volume": sharing.tried(lambda: sharing.in_proportion(whole, served)),
        "contribution": sharing.tried(lambda: sharing.in_proportion(whole, paid)),
        "shapley": sharing.tried(lambda: sharing.shapley_of(gain, whole)),
    }


def opened(cost: float, typed: Mapping[str, str]) -> Funding:
    """Sealed bids, as they were typed in dollars, opened beside a cost; a blank one is no bid.

    Raises CannotShare for one that is no amount.
    """
    bids = {}
    for partner, text in typed.items():
        plain = text.replace("$", "").replace(",", "").strip() or "0"
        if not re.fullmatch(r"\d{1,10}(\.\d{1,2})?", plain):
            raise CannotShare("A bid is an amount in dollars, such as 1200 or 1200.50")
        bids[partner] = _cents(float(plain))
    return sharing.funding(_cents(cost), bids)


def _cents(dollars: float) -> int:
    return round(100 * dollars)


def _published(store: Store, indicator: str, by: str = ALL, group: str = ALL) -> pl.DataFrame:
    """Everyone's rows of a measure, for all who ask."""
    return kept_reads.worked_out(store, _everyones, indicator, by, group)


def _everyones(store: Store, indicator: str, by: str, group: str) -> pl.DataFrame:
    return reading.read_results(store, EVERYONE, indicator=indicator, stratifier=by, category=group)


def _rows(store: Store, action: Action) -> list[Row]:
    """Everyone's rows: nothing that is said of an action rests on what one viewer alone may see, or on a partner whose
    agreement does not let it be judged."""
    by, group = action.group or (ALL, ALL)
    rows = _published(store, action.indicator, by, group)
    return rows.filter(~pl.col("scope").is_in(list(_not_judged(store)))).to_dicts()
