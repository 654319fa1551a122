"""What a row of the scorecard says, in few words: each from what is judged, none of it judged here."""

from collections.abc import Mapping, Sequence

from data.ledger.actions.action_steps import Action
from metrics.counting import strata
from metrics.judging import figure_words, sentences
from metrics.judging.group_changes import Course, JudgedGap
from metrics.judging.indicator_facts import Situation
from metrics.judging.peer_comparison import Comparison
from metrics.judging.published_months import WhyNot
from metrics.judging.target_met import Forecast, Met
from metrics.results.coverage import Coverage
from pages.components.actions import action_words
from pages.components.wording.count_words import listed, many
from pages.components.wording.outlier_words import one_and_many
from schemas.policy.status_words import FIGURE

WHY_NOT: dict[WhyNot, str] = {
    "": "",
    "few": "fewer than 24 settled months",
    "hidden": "months are hidden",
    "partners": "partners came, went or grew",
    "mix": "partners’ figures are hidden",
    "nobody": "a month has nobody in it",
}
"""Why it cannot be judged; the evidence says it whole."""
NO_OWNER = "no owner yet"
MET: dict[Met, str] = {
    "clearly met": "clearly met",
    "met": "met, within chance",
    "missed": "{size}, within chance",
    "clearly missed": "{size}",
}
FORECAST: dict[Forecast, str] = {
    "on course": "on course",
    "off course": "off course",
    "open": "uncertain",
}
COURSES: dict[Course, tuple[str, str, str]] = {
    "narrowed": ("▼", "better", "narrowed"),
    "nearly closed": ("▼", "better", "nearly closed"),
    "widened": ("▲", "worse", "widened"),
    "turned": ("⇄", "usual", "changed places"),
    "no change": ("►", "usual", "no clear change"),
}
"""Of a gap: sign, color, words."""


def missing(seen: Coverage, names: Mapping[str, str]) -> str:
    """Whose data a figure waits for; empty when it waits for nobody's."""
    late = [names.get(p, p) for p in seen.late]
    if not late:
        return ""
    return f"without {listed(late)}" if len(late) < 3 else f"without {many(len(late), 'partner')}"


def moved(s: Situation) -> tuple[str, str]:
    """How far the figure moved in a year, and since when where that can be told; else why it is not judged."""
    facts, scale = s.facts, figure_words.scale_of(s.indicator)
    if facts.why_not:
        return WHY_NOT[facts.why_not], ""
    since = f"since about {figure_words.month(facts.since)}" if facts.since and facts.verdict != "unknown" else ""
    if s.change is None:
        return "", since
    size = f"{scale.signed(s.change.difference)} {scale.unit or 'points'}"
    if facts.two_years:
        return f"{size};", "beyond chance over two years"
    return size, since


def goal(s: Situation) -> tuple[str, str, str]:
    """The target with its day; how the year stands to it; and whether it will be met. Empty without a target."""
    facts, scale = s.facts, figure_words.scale_of(s.indicator)
    if s.target is None:
        return "", "", ""
    by = f" by {figure_words.month(facts.target_by)}" if facts.target_by else ""
    if facts.shown != "shown" or facts.tested is None:
        return scale.value(s.target) + by, "cannot be told", ""
    size = f"{scale.difference(facts.tested.beyond)} {sentences.short_of(facts.lower_is_better).removesuffix(' of')}"
    return scale.value(s.target) + by, MET[facts.tested.met].format(size=size), _to_come(s)


def is_past(s: Situation) -> bool:
    """Whether the day of the target lies before the end of the year that is shown."""
    return bool(s.facts.target_by and s.facts.year_end and s.facts.target_by <= s.facts.year_end)


def _to_come(s: Situation) -> str:
    tested = s.facts.tested
    if tested is None or tested.forecast is None or is_past(s):
        return "the day is past" if is_past(s) else ""
    words = FORECAST[tested.forecast]
    return words if s.facts.target_by else f"{words}, next year"


def gap(s: Situation, stratifier: str, judged: JudgedGap, *, followed: bool = False) -> tuple[str, str, str]:
    """How wide the main gap is, and between whom: the one behind first. `followed`: it need not be the widest."""
    found = judged.gap
    scale = figure_words.scale_of(s.indicator)
    behind, ahead = (
        f"{strata.category_label(stratifier, row['category'])} {scale.bare(row['rate'])}"
        for row in (found.behind, found.ahead)
    )
    return scale.difference(found.size[0]), f"{'followed: ' if followed else ''}{behind},", ahead


def no_gap(s: Situation, *, followed: bool) -> str:
    """In place of a gap. `followed`: the partnership follows one, which is not shown then."""
    if s.facts.shown != "shown":
        return FIGURE["not known"]
    return "The gap followed is hidden" if followed else "None beyond chance"


def course(s: Situation, judged: JudgedGap) -> tuple[str, str, str]:
    """Whether the gap moved: sign, color, words."""
    if judged.found == "now":  # earlier figures may be there, but no two groups differed beyond chance in them
        return "", "usual", "course cannot be told"
    if judged.course is None or judged.then is None:
        return "", "usual", "no earlier figure"
    sign, color, words = COURSES[judged.course]
    if judged.course in ("narrowed", "nearly closed", "widened"):
        words += f" from {figure_words.scale_of(s.indicator).bare_difference(judged.then[0])}"
    return sign, color, words


def who_does_what(owner: str, plan: str, actions: Sequence[Action]) -> tuple[str, ...]:
    """The first of a measure's actions: its owner, its name, and what it has done so far. Without any, who answers for
    the measure, and the plan that the release carries."""
    does, told = action_words.in_row(actions)
    if told:
        return does, told
    return (owner, plan) if owner or plan else (NO_OWNER,)


def partner(s: Situation, found: Comparison, names: Mapping[str, str], shared: Mapping[str, str]) -> tuple[str, str]:
    """The partner to talk to, and why: of those that do worse than others of their kind beyond chance the one furthest
    off; else one that did worse than itself before. Never of need, and never one that only may differ. No name: why
    there is none. `names`: of partners as the viewer's figures name them; `shared`: as everyone's do."""
    if s.indicator.kind == "need":
        return "", "Need, not performance"
    worse = [(row, f) for f in found.funnels for row in f.shown if f.by_scope[row["scope"]] == "worse"]
    if worse:
        row, funnel = max(worse, key=lambda one: abs(one[0]["rate"] - one[1].center))
        more = f" (+{len(worse) - 1})" if len(worse) > 1 else ""
        one, several = one_and_many(funnel.kind)
        those = f"other {several}" if len(funnel.shown) > 2 else f"the other {one}"
        others = those if funnel.kind else "others of its kind"
        return names[row["scope"]], f"worse than {others}{more}"
    return _itself_worse(s, shared) or ("", "Nobody beyond chance" if found.funnels else "Nobody to compare")


def _itself_worse(s: Situation, names: Mapping[str, str]) -> tuple[str, str] | None:
    """A partner whose own figure got worse, and beside how many years."""
    those = [(names[p], one.years) for p, one in s.own_changes.items() if one.way == "worse"]
    if not those:
        return None
    name, years = those[0]
    more = f" (+{len(those) - 1})" if len(those) > 1 else ""
    return name, f"worse than in the {'two years' if years > 1 else 'year'} before{more}"
