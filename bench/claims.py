"""How often what is said is false, and how often a true change is told: worlds whose truth is known.

    python bench/claims.py [--worlds N] [--json FILE] [--only NAME ...] [--docs] [--workers N]

Each scenario makes N worlds of seven figures and eight partners and judges each once a quarter for two years. Where
nothing changes, a scorecard with any sentence that claims a change is false; where something does, it is told once a
sentence says so in the right direction.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "worlds"))
import claim_releases
import claim_worlds as w

from metrics.judging.group_changes import JudgedGroups, judged
from metrics.judging.moved_months import Moved, figures
from metrics.judging.partner_changes import partner_changes
from metrics.judging.scorecard_changes import Changes, changes
from metrics.statistics import spc
from metrics.statistics.contrast import YEAR, MonthCounts
from schemas.policy.chart_rules import RULE_SETS

World = w.World
NHS = RULE_SETS["nhs-mdc-0.2.2"]
MEASURED = Path(__file__).parents[1] / "metrics" / "judging" / "measured_claims.json"
"""What the page Methods shows."""
PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "how_a_figure_is_judged.md"


@dataclass(frozen=True)
class Scenario:
    """A way to make worlds. `truth`: the figure that truly changes, and which way; None where nothing does. `partner`: the
    one whose figure changes alone. `gap`: the truth is of the gap between its groups. `release`: what is asked of it as a release would publish it."""

    name: str
    change: tuple[Callable[[World], World], ...] = ()
    truth: tuple[int, int] | None = None
    kinds: tuple[w.Kind, ...] = w.FIGURES
    partner: str | None = None
    gap: bool = False
    release: Callable[[World], dict[str, float]] | None = None


RARE = tuple(
    w.Kind(k.name, rate, 400) if k.deviation is None else k
    for k, rate in zip(w.FIGURES, (0.0005, 0.5, 0.001, 0.002, 0.004, 0.008, 0.012), strict=True)
)
READMISSION = 2
NOTHING = [
    Scenario("nothing changes"),
    Scenario("season of 5 %", (w.season(0.05),)),
    Scenario("season of 10 %", (w.season(0.10),)),
    Scenario("sharp season", (w.season(0.10, sharp=True),)),
    Scenario("partners join, leave, grow", (w.partners_come_and_go,)),
    Scenario("months scatter by 5 %", (w.scatter(0.05),)),
    Scenario("rare events", kinds=RARE),
    Scenario("people recur (0.6 carried over)", (w.scatter(0.05, 0.6),)),
    Scenario("months scatter by 10 %", (w.scatter(0.10),)),
    Scenario("people recur (0.8 carried over)", (w.scatter(0.05, 0.8),)),
    Scenario("true rates wander", (w.wandering(0.01),)),
]
TRUE = [
    Scenario("14.3 to 11.8 %", (w.stepped(READMISSION, 0.118),), (READMISSION, -1)),
    Scenario("14.3 to 11.8 %, season of 10 %", (w.season(0.10), w.stepped(READMISSION, 0.118)), (READMISSION, -1)),
    Scenario("14.3 to 11.8 % over a year", (w.stepped(READMISSION, 0.118, over=12),), (READMISSION, -1)),
    Scenario(
        "one of three hospitals 14.3 to 20 %", (w.one_partner(READMISSION, 0, 0.20),), (READMISSION, 1), partner="0"
    ),
]
CONNECTED = 6
GAPS = [
    Scenario("blood pressure gap nearly closes", (w.gap_moves(0, 0.15),), (0, -1), gap=True),
    Scenario("connected gap nearly closes", (w.gap_moves(CONNECTED, 0.15),), (CONNECTED, -1), gap=True),
    Scenario("readmission gap nearly closes", (w.gap_moves(READMISSION, 0.15),), (READMISSION, -1), gap=True),
    Scenario("blood pressure gap doubles", (w.gap_moves(0, 2.0),), (0, 1), gap=True),
    Scenario("connected gap doubles", (w.gap_moves(CONNECTED, 2.0),), (CONNECTED, 1), gap=True),
]
SMALL = tuple(w.Kind(k.name, k.level, k.people // 8, k.deviation, k.smallest, k.partners, k.need) for k in w.FIGURES)
RELEASES = [
    Scenario("targets near the truth", release=claim_releases.of_targets),
    Scenario("the same, months scatter by 5 %", (w.scatter(0.05),), release=claim_releases.of_targets),
    Scenario("small partners, months hidden", kinds=SMALL, release=claim_releases.of_hidden_months),
    Scenario(
        "the same, partners join, leave, grow",
        (w.partners_come_and_go,),
        kinds=SMALL,
        release=claim_releases.of_hidden_months,
    ),
]
ALL = [*NOTHING, *TRUE, *GAPS, *RELEASES]


class Look:
    """What may be said at a quarter's end: of each figure, and of each figure's partners. Each kind of sentence has its
    own error, so each is only judged where it is asked for."""

    def __init__(
        self, scenario: Scenario, counts: list[w.Counted], years: list[claim_releases.Years], month: int
    ) -> None:
        self._kinds, self._years, self._month = scenario.kinds, years, month
        self._judged = figures([c.partners.upto(month) for c in counts], [k.smallest for k in scenario.kinds])

    @cached_property
    def figures(self) -> list[Changes]:
        return changes(self._judged)

    @cached_property
    def partners(self) -> list[dict[str, Moved]]:
        places = [{} if k.need else {str(n): n for n in range(k.partners)} for k in self._kinds]
        return partner_changes(list(zip(self._judged, places, strict=True)))

    @cached_property
    def gaps(self) -> list[JudgedGroups]:
        names = [k.name for k in self._kinds]
        return judged(
            [claim_releases.grouping(*one, self._month) for one in zip(names, self._judged, self._years, strict=True)]
        )

    @cached_property
    def icons(self) -> list[int]:
        """Of each figure the way of its newest month by the rules of "Making Data Count", 0 for common cause."""
        return [_icon(one.counts) for one in self._judged]


def _made(scenario: Scenario, seed: int) -> World:
    made = w.world(seed, scenario.kinds)
    for change in scenario.change:
        made = change(made)
    return made


def looked(scenario: Scenario, seed: int) -> list[Look]:
    """One world, look by look."""
    counts = _made(scenario, seed).counts()
    years = [claim_releases.Years(one) for one in counts]
    return [Look(scenario, counts, years, month) for month in w.LOOKS]


def _icon(counts: MonthCounts) -> int:
    values = counts.known_count.sum(axis=0) / counts.known_people.sum(axis=0)
    return int(spc.flag(values, spc.xmr(values, NHS), NHS).direction[-1])


def false_claims(looks: list[Look]) -> dict[str, list[bool]]:
    """Look by look: whether any sentence of a kind is there."""
    kinds = {
        "year": [any(c.year and c.year.passed for c in one.figures) for one in looks],
        "two years": [any(c.two_years and c.two_years.passed for c in one.figures) for one in looks],
        "early": [any(c.early and c.early.passed for c in one.figures) for one in looks],
        "partner": [any(m.passed for own in one.partners for m in own.values()) for one in looks],
    }
    kinds |= {
        "gap": [any(g.gap and g.gap.course not in (None, "no change") for g in one.gaps) for one in looks],
        "group": [any(each.way for g in one.gaps for each in g.groups) for one in looks],
    }
    said = [any(c.claim or c.warning for c in one.figures) for one in looks]
    every = [any(one) for one in zip(said, kinds["partner"], kinds["gap"], kinds["group"], strict=True)]
    return kinds | {"any": every, "NHS icons": [any(one.icons) for one in looks]}


def told_of_gap(looks: list[Look], truth: tuple[int, int]) -> dict[str, bool]:
    """Whether the gap's course was told within one and two years after it moved, and as nearly closed."""
    figure, way = truth
    words = ("narrowed", "nearly closed") if way < 0 else ("widened",)
    courses = [gap.course if (gap := one.gaps[figure].gap) else None for one in looks]
    year = w.LOOKS.index(w.START + YEAR) + 1
    return {
        "its course within a year": any(course in words for course in courses[:year]),
        "within two": any(course in words for course in courses),
        "as nearly closed": "nearly closed" in courses,
    }


def told(looks: list[Look], truth: tuple[int, int], partner: str | None) -> dict[str, bool]:
    """By when the change was told in the right direction; of a partner's, whether of it, and of a sister."""
    figure, way = truth
    early, year, later = (w.LOOKS.index(w.START + months) for months in (6, 12, 18))
    if partner is not None:
        own = [one.partners[figure] for one in looks[: year + 1]]
        return {
            "of it within a year": any(_way(one[partner] if one[partner].passed else None) == way for one in own),
            "of a sister": any(m.passed for one in own for name, m in one.items() if name != partner),
        }
    claims = [_way(one.figures[figure].claim) == way for one in looks]
    warned = [_way(one.figures[figure].warning) == way for one in looks]
    return {
        "early within 6 months": any(warned[: early + 1]) or any(claims[: early + 1]),
        "any within 12 months": any(warned[: year + 1]) or any(claims[: year + 1]),
        "year's verdict at 12": claims[year],
        "year's verdict at 18": claims[later],
        "NHS icon within 12 months": any(one.icons[figure] == way for one in looks[1 : year + 1]),
    }


def _way(claim: object) -> int:
    difference = getattr(claim, "difference", 0.0)
    return (difference > 0) - (difference < 0)


def _one(number: int, seed: int) -> dict[str, float]:
    scenario = ALL[number]
    if scenario.release:
        return scenario.release(_made(scenario, seed))
    looks = looked(scenario, seed)
    if scenario.truth:
        found = told_of_gap(looks, scenario.truth) if scenario.gap else told(looks, scenario.truth, scenario.partner)
        return {k: float(v) for k, v in found.items()}
    return {k: sum(v) / len(v) for k, v in false_claims(looks[1:]).items()}


def measured(scenario: Scenario, worlds: int, pool: ProcessPoolExecutor) -> dict[str, float]:
    """The share of scorecards (or worlds, of a true change) of each kind."""
    found = list(pool.map(_one, [ALL.index(scenario)] * worlds, range(worlds), chunksize=8))
    return {name: sum(one[name] for one in found) / worlds for name in found[0]}


Answers = dict[str, dict[str, float]]


def write_docs(answers: Answers, worlds: dict[str, int]) -> None:
    """Put the tables between their marks in the page that explains them."""
    begin, end = "<!-- claims -->", "<!-- /claims -->"
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    groups: dict[tuple[str, ...], Answers] = {}
    for name, found in answers.items():
        groups.setdefault(tuple(found), {})[name] = found
    parts = ["The share of scorecards with a false sentence, or of changes told:"]
    for columns, rows in groups.items():
        lines = ["| Worlds | how many | " + " | ".join(columns) + " |", "|---" * (len(columns) + 2) + "|"]
        lines += [
            f"| {name} | {worlds[name]:,} | " + " | ".join(f"{v:.1%}" for v in found.values()) + " |"
            for name, found in rows.items()
        ]
        parts.append("\n".join(lines))
    PAGE.write_text(head + begin + "\n" + "\n\n".join(parts) + "\n" + end + rest.partition(end)[2], encoding="utf-8")


def _asked(word: str, name: str) -> bool:
    """Whether a word means this kind of world: its whole name, or a part of it that is nobody's whole name."""
    return word == name or (word in name and all(word != one.name for one in ALL))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--worlds", type=int, default=200)
    asked.add_argument("--json", type=Path)
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--docs", action="store_true", help="put the tables into the docs and on the page Methods")
    asked.add_argument("--workers", type=int, default=os.cpu_count())
    given = asked.parse_args()
    answers: Answers = {}
    began = time.monotonic()
    with ProcessPoolExecutor(given.workers) as pool:
        for scenario in ALL:
            if given.only and not any(_asked(word, scenario.name) for word in given.only):
                continue
            answers[scenario.name] = measured(scenario, given.worlds, pool)
            print(
                f"{scenario.name:36}", "  ".join(f"{k} {v:.1%}" for k, v in answers[scenario.name].items()), flush=True
            )
    print(f"{given.worlds} worlds each, {time.monotonic() - began:.0f} s")
    worlds = dict.fromkeys(answers, given.worlds)
    if given.json:
        given.json.write_text(json.dumps({"worlds": worlds, "scenarios": answers}, indent=1))
    if given.docs:
        # Those not asked for this time stay as they were measured, in their places.
        known = json.loads(MEASURED.read_text(encoding="utf-8"))
        all_worlds, all_answers = known["worlds"] | worlds, known["scenarios"] | answers
        names = [one.name for one in ALL if one.name in all_answers]
        kept = {"worlds": {n: all_worlds[n] for n in names}, "scenarios": {n: all_answers[n] for n in names}}
        write_docs(kept["scenarios"], kept["worlds"])
        MEASURED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
