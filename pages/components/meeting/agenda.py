"""In which order a meeting takes its measures: by a rule that stands below them."""

from collections.abc import Iterable
from dataclasses import dataclass

from data.ledger.actions.action_steps import Action
from metrics.judging.indicator_facts import Situation
from metrics.judging.peer_comparison import Comparison
from metrics.results.coverage import Coverage
from pages.components.meeting import row_words
from pages.components.sections import group_intervals
from pages.components.sections.group_intervals import Widest


@dataclass(frozen=True)
class Measure:
    """All that a row rests on: where a figure stands, its main gap, its partners, and whose data it waits for.

    `followed`: the partnership follows a gap of its own choice, shown or not. `owner`: who answers for it, blank for
    nobody yet; `plan`: what is done about it. Both are as the release carries them. `overdue`: how many decisions;
    `actions`: what is done now, what runs first; `late_actions`: of how many the day is past.
    """

    s: Situation
    gap: Widest | None
    found: Comparison
    seen: Coverage
    followed: bool = False
    owner: str = ""
    plan: str = ""
    overdue: int = 0
    actions: tuple[Action, ...] = ()
    late_actions: int = 0

    @property
    def grouping(self) -> str | None:
        """The grouping to look at first: that of the main gap; None where there are no groups."""
        return self.gap.stratifier if self.gap else next(iter(group_intervals.stratifiers(self.s)), None)


OF_RELEASE = "Order: worse, may be worse, target late, gap widened, data to come, no owner, others"
"""The rule where decisions and actions are left out: what a release alone says."""
RULE = (
    "Order: worse, may be worse, target late, decision or action overdue, gap widened, data to come, no owner, others"
)


def in_order(those: Iterable[Measure]) -> list[Measure]:
    """What got worse first, then what is late, then what needs an owner. Those alike stay in the definitions' order."""
    return sorted(those, key=_place)


def _place(one: Measure) -> int:
    facts = one.s.facts
    tested = facts.tested
    missed = tested is not None and tested.met in ("missed", "clearly missed")
    reasons = (
        facts.verdict == "worse",
        facts.warned == "worse",
        tested is not None and (tested.forecast == "off course" or (missed and row_words.is_past(one.s))),
        one.overdue + one.late_actions > 0,
        one.gap is not None and one.gap.judged.course == "widened",
        bool(one.seen.late),
        not one.owner,
    )
    return reasons.index(True) if True in reasons else len(reasons)
