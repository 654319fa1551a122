"""What is said of an indicator, by rule, from facts. It never calls chance a change.

The control chart of the months decides when enough of them are shown and settled, else the year beside the year before.
The target is held against the process ("at this level") only while that is steady; otherwise against the year's figure.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.judging.control_chart import LastMonth, Verdict
from metrics.judging.figure_words import RATE, Scale, lower_first, month, upper_first
from metrics.statistics.spc import Assurance
from schemas.policy.status_words import FIGURE

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
    last_month: LastMonth | None = None
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
        return self.last_month.verdict if self.last_month else self.year

    @property
    def foreseen(self) -> Assurance | None:
        """What to expect of the target; None unless the months are steady, as only then the limits foretell."""
        steady = self.last_month is not None and self.last_month.verdict == "no change" and not self.slope
        return self.outlook if steady else None


def sentence(facts: Facts) -> str:
    """What changed, and what that means for the target: a sentence each, the last without its full stop."""
    if facts.shown != "shown":
        return FIGURE[facts.shown] + (": the counts were not sent" if facts.shown == "not known" else "")
    change = _of_chart(facts.last_month, facts) if facts.last_month else _year(facts)
    return _sentences(change, _target(facts))


def _sentences(*parts: str) -> str:
    return ". ".join(upper_first(part) for part in parts if part)


def titled(title: str, facts: Facts) -> str:
    """The sentence with its indicator."""
    return f"{title}: {lower_first(sentence(facts))}"


def _of_chart(last: LastMonth, facts: Facts) -> str:
    """What the control chart says."""
    if not last.rule:
        return _usual(last, facts)
    now = month(last.month)
    moved, high, rising, above, end = (
        ("Rose above", "high", "Rising", "Above", "top")
        if last.up
        else ("Fell below", "low", "Falling", "Below", "bottom")
    )
    outside = f"Unusually {high} since {month(last.since)}, and outside its usual range in {now}"
    if last.stayed:
        outside = f"{moved} its usual range in {month(last.since)} and stayed there"
        outside += f" up to {now}" if last.ended else ""
    elif last.since == last.month:
        outside = f"{moved} its usual range in {now}"
    by_rule = {
        "outside": outside,
        "trend": f"{rising} month after month {_since(last)}",
        "two_in_three": f"Near the {end} of its usual range in 2 of 3 months up to {now}",
        "shift": f"{above} its average every month {_since(last)}",
    }
    return by_rule[last.rule] + _WAY.get(last.verdict, "")


def _since(last: LastMonth) -> str:
    """Since when; from when to when where the months after are hidden."""
    return f"from {month(last.since)} to {month(last.month)}" if last.ended else f"since {month(last.since)}"


def _usual(last: LastMonth, facts: Facts) -> str:
    since = _since(last)
    if last.before in _WAY and last.until and _months_apart(last.until, last.month) <= _LATELY:
        quiet = f"Back within ordinary variation {since}, after {last.before} months up to {month(last.until)}"
    else:
        quiet = f"No change beyond ordinary variation {since}"
    if not facts.slope:
        return quiet
    way = "up" if facts.slope > 0 else "down"
    return f"{quiet}. But the months drift {way} by about {facts.scale.difference(facts.slope)} a year"


def _months_apart(first: dt.date, last: dt.date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


def _year(facts: Facts) -> str:
    """What the year beside the year before says, when the months are too few to be judged."""
    if facts.year == "unknown":
        return "Too early to say whether it is changing"
    if facts.year == "no change":
        return "No change from the year before beyond chance"
    way = "Up" if facts.difference > 0 else "Down"
    size = facts.scale.difference(facts.difference)
    return f"{way} {size} from the year before, beyond chance{_WAY[facts.year]}"


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
        return f"{year} is at {goal}, give or take chance"
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
    if facts.last_month is None:
        return _few(facts.year, judged, least)
    months, year = facts.last_month.verdict, facts.year
    if year in ("unknown", months):
        return ""
    text = "The months have turned, but the year still includes the months before"
    if months == "no change":
        text = "The year differs from the year before, but no month leaves the usual range"
    elif year == "no change":
        text = "So far, the year as a whole does not differ from the year before"
    return f"{text}. The months decide the verdict."


def _few(year: Verdict, judged: int, least: int) -> str:
    if year == "unknown":
        return f"A verdict needs {least} settled months or two full years. So far {_months(judged)} can be judged."
    return f"Only {_months(judged)} can be judged, not {least}. So the verdict compares the year with the year before."


def _months(number: int) -> str:
    return f"{number} month{'' if number == 1 else 's'}"


def headline(named: Sequence[tuple[str, Facts]]) -> str:
    """The sentence over all indicators: which got worse, how many got better, how many targets are met.

    `named`: (title, facts).
    """
    judged = [(title, f.verdict) for title, f in named if f.shown == "shown" and f.verdict != "unknown"]
    if not judged:
        return "The first figures are in. In a year they can be compared"
    return _sentences(_moved(judged), _targets([f for _, f in named]))


def _moved(judged: Sequence[tuple[str, Verdict]]) -> str:
    worse = [f"“{title}”" for title, verdict in judged if verdict == "worse"]
    better = sum(verdict == "better" for _, verdict in judged)
    if len(judged) == 1 and not worse:
        return "The measure is getting better" if better else "No change beyond ordinary variation"
    of = f"of {len(judged)} measures"
    if not worse and not better:
        return f"None {of} changed beyond ordinary variation"
    if not worse:
        return f"{better} {of} {'is' if better == 1 else 'are'} getting better and none is getting worse"
    bad = f"{_named(worse)} {'is' if len(worse) == 1 else 'are'} getting worse"
    if not better:
        return f"{bad} and no measure is getting better"
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
