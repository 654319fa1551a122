"""What is said of an indicator, by rule, from facts. It never calls chance a change, nor the unknown none.

The year says whether it changed (`metrics.judging.scorecard_changes`), the last months may warn, and the year's figure
is held against its target (`metrics.judging.target_met`). The control chart marks its points and says nothing here.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.judging.figure_words import RATE, Scale, lower_first, month, upper_first
from metrics.judging.published_months import WhyNot
from metrics.judging.target_met import TargetTest
from schemas.policy.status_words import FIGURE

Shown = Literal["shown", "hidden", "not known", "no figure"]
Verdict = Literal["better", "worse", "no change", "unknown"]
_IMPROVED = {"better": "Improved", "worse": "Got worse"}
_NOT_JUDGED: dict[WhyNot, str] = {
    "": "No change large enough to tell",
    "few": "Too early to say whether it changed",
    "hidden": "Cannot be judged, as months are hidden to protect privacy",
    "partners": "Cannot be judged, as partners came, went or grew",
    "mix": "Cannot be judged, as some partners' figures are hidden",
    "nobody": "Cannot be judged, as a month has nobody in it",
}


@dataclass(frozen=True)
class Facts:
    """All that the sentence on an indicator may rest on. Values are shares or in the scale's unit.

    `why_not`: why its months cannot be judged; empty where they can. `changed`: what the year says, better or worse;
    `up`: which way; `two_years`: only the two years before show it. `warned`: what the last months say alone, since
    `since`. `year_end`: of the year's figure; `tested`: it beside its target, to be met by `target_by`.
    """

    shown: Shown = "shown"
    why_not: WhyNot = ""
    changed: Literal["better", "worse"] | None = None
    up: bool = False
    two_years: bool = False
    warned: Literal["better", "worse"] | None = None
    since: dt.date | None = None
    year_end: dt.date | None = None
    target: float | None = None
    target_by: dt.date | None = None
    tested: TargetTest | None = None
    scale: Scale = RATE
    lower_is_better: bool = False

    @property
    def verdict(self) -> Verdict:
        """Whether it changed, as far as the year says. A warning is no verdict."""
        if self.shown != "shown" or self.why_not:
            return "unknown"
        return self.changed or "no change"


def sentence(facts: Facts) -> str:
    """What changed, and how it stands to the target: a sentence each, the last without its full stop."""
    if facts.shown != "shown":
        return FIGURE[facts.shown] + (": the counts were not sent" if facts.shown == "not known" else "")
    return _sentences(_change(facts), _target(facts), _forecast(facts))


def _sentences(*parts: str) -> str:
    return ". ".join(upper_first(part) for part in parts if part)


def titled(title: str, facts: Facts) -> str:
    """The sentence with its indicator, which is what improved or got worse."""
    joint = " " if facts.verdict in _IMPROVED else ": "
    return f"{title}{joint}{lower_first(sentence(facts))}"


def _change(facts: Facts) -> str:
    if facts.why_not:
        return _NOT_JUDGED[facts.why_not]
    if facts.changed:
        before = "the two years before" if facts.two_years else "the year before"
        return f"{_IMPROVED[facts.changed]}: {'higher' if facts.up else 'lower'} than in {before}"
    if facts.warned:
        since = f" since about {month(facts.since)}, give or take two months" if facts.since else ""
        return f"May have {'risen' if facts.up else 'fallen'}{since}. It is too early to say"
    return _NOT_JUDGED[""]


def _target(facts: Facts) -> str:
    """Where the year's figure lies beside its target."""
    if facts.tested is None or facts.target is None or facts.year_end is None:
        return ""
    year, goal = f"the year to {month(facts.year_end)}", f"the {facts.scale.value(facts.target)} target"
    size = f"{facts.scale.difference(facts.tested.beyond)} {short_of(facts.lower_is_better)}"
    return {
        "clearly met": f"{year} clearly meets {goal}",
        "met": f"{year} meets {goal}, within chance",
        "missed": f"{year} is {size} {goal}, within chance",
        "clearly missed": f"{year} is {size} {goal}",
    }[facts.tested.met]


def _forecast(facts: Facts) -> str:
    """Whether the target will be met by its date, else next year; nothing where it may go either way."""
    if facts.tested is None:
        return ""
    if facts.target_by and facts.year_end and facts.target_by <= facts.year_end:
        return f"it was to be met by {month(facts.target_by)}"
    when = f"by {month(facts.target_by)}" if facts.target_by else "next year"
    return {
        "on course": f"it is on course to meet it {when}",
        "off course": f"at this level it will miss it {when}",
    }.get(facts.tested.forecast or "", "")


def short_of(lower_is_better: bool) -> str:
    """On which side of a target that it does not meet a figure lies."""
    return "above" if lower_is_better else "short of"


def headline(named: Sequence[tuple[str, Facts]]) -> str:
    """The sentence over all indicators: which got worse, how many improved, how many cannot be judged, how many targets
    are met. It counts exactly what their own sentences say. `named`: (title, facts)."""
    verdicts = [(title, f.verdict) for title, f in named if f.shown != "no figure"]
    judged = [(title, verdict) for title, verdict in verdicts if verdict != "unknown"]
    if not judged:
        early = all((f.shown, f.why_not) == ("shown", "few") for _, f in named if f.shown != "no figure")
        change = "The first figures are in. In two years they can be judged" if early else "No measure can be judged"
        return _sentences(change, _targets([f for _, f in named]))
    return _sentences(_moved(judged, len(verdicts) - len(judged)), _targets([f for _, f in named]))


def _moved(judged: Sequence[tuple[str, Verdict]], unknown: int) -> str:
    worse = [f"“{title}”" for title, verdict in judged if verdict == "worse"]
    better, number = sum(verdict == "better" for _, verdict in judged), len(judged) + unknown
    improved = f"{better} of {number} measures improved" if number > 1 else "The measure improved"
    still = "No change large enough to tell"
    if unknown:
        verb = "shows" if len(judged) == 1 else "show"
        still = f"{len(judged)} of {number} measures {verb} no change large enough to tell"
    elif number > 1:
        still += f" in {number} measures"
    parts = [*([improved] if better else []), *([f"{_named(worse)} got worse"] if worse else [])]
    change = ", ".join(parts) or still
    return f"{change}. {unknown} cannot be judged" if unknown else change


def _targets(facts: Sequence[Facts]) -> str:
    """How many targets the years' figures meet, and how many of them cannot be held against theirs."""
    wanted = [f for f in facts if f.target is not None]
    known = [f.tested for f in wanted if f.shown == "shown" and f.tested]
    met = sum(one.met in ("met", "clearly met") for one in known)
    if not known:
        return ""
    if len(wanted) == 1:
        return f"the target is {'' if met else 'not '}met"
    unknown = f", {len(wanted) - len(known)} cannot be told" if len(wanted) > len(known) else ""
    return f"{met} of {len(wanted)} targets {'is' if met == 1 else 'are'} met{unknown}"


def _named(titles: Sequence[str]) -> str:
    if len(titles) > 2:
        return f"{titles[0]}, {titles[1]} and {len(titles) - 2} more"
    return " and ".join(titles)
