"""Saying: the one sentence on an indicator, by rule, from facts. It never calls noise change.

The control chart of the months decides when enough of them are shown and settled, else the year beside the year before.
The target is held against the process ("at this level") only while that is steady; otherwise against the year's figure.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.judging.control_chart import Heard, Verdict
from metrics.judging.figure_words import RATE, Scale, lower_first, month
from metrics.statistics.spc import Assurance

Shown = Literal["shown", "hidden", "not known", "no figure"]
_LATELY = 6
_WAY = {"better": ", for the better", "worse": ", for the worse"}


@dataclass(frozen=True)
class Facts:
    """All that the sentence on an indicator may rest on. Values are shares or in the scale's unit.

    `heard`: what the control chart says, when it may. `year`, `difference`: the year beside the year before. `outlook`:
    the target beside the chart's limits. `beyond`: how far the year is on the good side of the target; `at_target`: its
    interval holds the target. `slope`: a sure trend of the months, in values a year.
    """

    shown: Shown = "shown"
    heard: Heard | None = None
    year: Verdict = "unknown"
    difference: float = 0.0
    year_end: dt.date | None = None
    target: float | None = None
    outlook: Assurance | None = None
    beyond: float | None = None
    at_target: bool = False
    slope: float | None = None
    scale: Scale = RATE
    lower_is_better: bool = False

    @property
    def verdict(self) -> Verdict:
        """Whether it really changed: as the control chart has it, else the year."""
        return self.heard.verdict if self.heard else self.year

    @property
    def foreseen(self) -> Assurance | None:
        """What to expect of the target; None unless the months are steady, as only then the limits foretell."""
        steady = self.heard is not None and self.heard.verdict == "no change" and not self.slope
        return self.outlook if steady else None


_NOT_SHOWN: dict[Shown, str] = {
    "hidden": "Hidden to protect privacy",
    "not known": "Not known: the counts were not sent",
    "no figure": "No figure yet",
}


def sentence(facts: Facts) -> str:
    """What changed and what that means for the target, in one sentence without a full stop."""
    if facts.shown != "shown":
        return _NOT_SHOWN[facts.shown]
    change = _heard(facts.heard, facts) if facts.heard else _year(facts)
    return "; ".join(part for part in (change, _target(facts)) if part)


def titled(title: str, facts: Facts) -> str:
    """The sentence with its indicator."""
    return f"{title}: {lower_first(sentence(facts))}"


def _heard(heard: Heard, facts: Facts) -> str:
    """What the control chart says."""
    if not heard.rule:
        return _usual(heard, facts)
    now = month(heard.month)
    moved, high, rising, above, end = (
        ("Rose above", "high", "Rising", "Above", "upper")
        if heard.up
        else ("Fell below", "low", "Falling", "Below", "lower")
    )
    outside = f"Unusually {high} since {month(heard.since)}, and outside its usual range in {now}"
    if heard.stayed:
        outside = f"{moved} its usual range in {month(heard.since)} and stayed there"
        outside += f" up to {now}" if heard.ended else ""
    elif heard.since == heard.month:
        outside = f"{moved} its usual range in {now}"
    told = {
        "outside": outside,
        "trend": f"{rising} month after month {_since(heard)}",
        "two_in_three": f"Close to the {end} end of its usual range in 2 of 3 months up to {now}",
        "shift": f"{above} its average every month {_since(heard)}",
    }
    return told[heard.rule] + _WAY.get(heard.verdict, "")


def _since(heard: Heard) -> str:
    """Since when; from when to when where the months after are hidden."""
    return f"from {month(heard.since)} to {month(heard.month)}" if heard.ended else f"since {month(heard.since)}"


def _usual(heard: Heard, facts: Facts) -> str:
    since = _since(heard)
    if heard.before in _WAY and heard.until and _months_apart(heard.until, heard.month) <= _LATELY:
        quiet = f"Back within ordinary variation {since}, after {heard.before} months up to {month(heard.until)}"
    else:
        quiet = f"No change beyond ordinary variation {since}"
    if not facts.slope:
        return quiet
    way = "up" if facts.slope > 0 else "down"
    return f"{quiet}, but the months drift {way} by about {facts.scale.difference(facts.slope)} a year"


def _months_apart(first: dt.date, last: dt.date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


def _year(facts: Facts) -> str:
    """What the year beside the year before says, when the months are too few to be judged."""
    if facts.year == "unknown":
        return "Too early to say whether it changes"
    if facts.year == "no change":
        return "No change on the year before beyond what chance brings"
    way = "Up" if facts.difference > 0 else "Down"
    size = facts.scale.difference(facts.difference)
    return f"{way} {size} on the year before, more than chance brings{_WAY[facts.year]}"


def _target(facts: Facts) -> str:
    """What to expect of the target, or where the year's figure lies beside it."""
    if facts.target is None:
        return ""
    goal = f"the {facts.scale.value(facts.target)} target"
    if facts.foreseen:
        ends = {
            "pass": f"{goal} will be met",
            "fail": f"{goal} will not be met",
            "hit_and_miss": f"{goal} may be met in some months and missed in others",
        }
        return f"at this level {ends[facts.foreseen]}"
    if facts.beyond is None or facts.year_end is None:
        return ""
    year = f"the year to {month(facts.year_end)}"
    if facts.at_target:
        return f"{year} is at {goal}, give or take its interval"
    if facts.beyond >= 0:
        return f"{year} meets {goal}"
    return f"{year} is {facts.scale.difference(facts.beyond)} {short_of(facts.lower_is_better)} {goal}"


def short_of(lower_is_better: bool) -> str:
    """On which side of a target that it misses a figure lies."""
    return "above" if lower_is_better else "short of"


def explained(facts: Facts, judged: int, least: int) -> str:
    """Why the verdict is what it is, where the months and the year seem to disagree; else empty."""
    if facts.shown != "shown":
        return ""
    if facts.heard is None:
        return _few(facts.year, judged, least)
    months, year = facts.heard.verdict, facts.year
    if year in ("unknown", months):
        return ""
    told = "The months have turned; the year still holds the months before"
    if months == "no change":
        told = "The year differs from the year before, yet no month stands out of the usual range"
    elif year == "no change":
        told = "The year as a whole does not differ from the year before yet"
    return f"{told}: the months decide the verdict."


def _few(year: Verdict, judged: int, least: int) -> str:
    if year == "unknown":
        return f"A verdict needs {least} settled months or two full years; {_months(judged)} can be judged so far."
    return f"Only {_months(judged)} can be judged, not {least}: the verdict compares the year with the one before."


def _months(number: int) -> str:
    return f"{number} month{'' if number == 1 else 's'}"


def headline(named: Sequence[tuple[str, Facts]]) -> str:
    """The sentence over all indicators: which got worse, how many got better, how many targets are met.

    `named`: (title, facts).
    """
    judged = [(title, f.verdict) for title, f in named if f.shown == "shown" and f.verdict != "unknown"]
    if not judged:
        return "The first figures are in; in a year they can be compared"
    return "; ".join(part for part in (_moved(judged), _targets([f for _, f in named])) if part)


def _moved(judged: Sequence[tuple[str, Verdict]]) -> str:
    worse = [f"“{title}”" for title, verdict in judged if verdict == "worse"]
    better = sum(verdict == "better" for _, verdict in judged)
    if len(judged) == 1 and not worse:
        return "The shared figure is getting better" if better else "No change beyond ordinary variation"
    of = f"of {len(judged)} shared figures"
    if not worse and not better:
        return f"None {of} changed beyond ordinary variation"
    if not worse:
        return f"{better} {of} {'is' if better == 1 else 'are'} getting better and none is getting worse"
    bad = f"{_named(worse)} {'is' if len(worse) == 1 else 'are'} getting worse"
    if not better:
        return f"{bad} and no shared figure is getting better"
    return f"{bad}, while {better} {of} {'is' if better == 1 else 'are'} getting better"


def _targets(facts: Sequence[Facts]) -> str:
    """How many targets the years' figures meet, or are at."""
    known = [f for f in facts if f.shown == "shown" and f.target is not None and f.beyond is not None]
    met = sum(f.at_target or (f.beyond or 0) >= 0 for f in known)
    if not known:
        return ""
    if len(known) == 1:
        return f"the target is {'' if met else 'not '}met"
    if met in (0, len(known)):
        return f"all {len(known)} targets are met" if met else f"none of {len(known)} targets is met"
    return f"{met} of {len(known)} targets {'is' if met == 1 else 'are'} met"


def _named(titles: Sequence[str]) -> str:
    if len(titles) > 2:
        return f"{titles[0]}, {titles[1]} and {len(titles) - 2} more"
    return " and ".join(titles)
