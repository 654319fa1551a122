"""How often what is said is false, and how often a true change is told: worlds whose truth is known.

    python bench/claims.py [--worlds N] [--json FILE] [--only NAME ...]

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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import claim_worlds as w
import numpy as np

from metrics.judging.moved_months import Moved, figures
from metrics.judging.partner_changes import partner_changes
from metrics.judging.scorecard_changes import Changes, changes
from metrics.statistics import spc
from metrics.statistics.contrast import MonthCounts
from schemas.policy.chart_rules import RULE_SETS

World = w.World
NHS = RULE_SETS["nhs-mdc-0.2.2"]
PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "how_a_figure_is_judged.md"


@dataclass(frozen=True)
class Scenario:
    """A way to make worlds. `truth`: the figure that truly changes, and which way; None where nothing does. `partner`: the
    one whose figure changes alone."""

    name: str
    change: tuple[Callable[[World], World], ...] = ()
    truth: tuple[int, int] | None = None
    kinds: tuple[w.Kind, ...] = w.FIGURES
    partner: str | None = None


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
ALL = [*NOTHING, *TRUE]


@dataclass(frozen=True)
class Look:
    """What may be said at a quarter's end: of each figure, and of each figure's partners."""

    figures: list[Changes]
    partners: list[dict[str, Moved]]
    icons: list[int]
    """Of each figure the way of its newest month by the rules of "Making Data Count", 0 for common cause."""


def looked(scenario: Scenario, seed: int) -> list[Look]:
    """One world, look by look."""
    made = w.world(seed, scenario.kinds)
    for change in scenario.change:
        made = change(made)
    counts, smallest = made.counts(), [k.smallest for k in scenario.kinds]
    places = [{} if k.need else {str(n): n for n in range(k.partners)} for k in scenario.kinds]
    found = []
    for month in w.LOOKS:
        those = figures([c.upto(month) for c in counts], smallest)
        own = partner_changes(list(zip(those, places, strict=True)))
        found.append(Look(changes(those), own, [_icon(one.counts) for one in those]))
    return found


def _icon(counts: MonthCounts) -> int:
    values = np.nansum(counts.count, axis=0) / np.nansum(counts.people, axis=0)
    return int(spc.flag(values, spc.xmr(values, NHS), NHS).direction[-1])


def false_claims(looks: list[Look]) -> dict[str, list[bool]]:
    """Look by look: whether any sentence of a kind is there."""
    kinds = {
        "year": [any(c.year and c.year.passed for c in one.figures) for one in looks],
        "two years": [any(c.two_years and c.two_years.passed for c in one.figures) for one in looks],
        "early": [any(c.early and c.early.passed for c in one.figures) for one in looks],
        "partner": [any(m.passed for own in one.partners for m in own.values()) for one in looks],
    }
    said = [any(c.claim or c.warning for c in one.figures) for one in looks]
    every = [a or b for a, b in zip(said, kinds["partner"], strict=True)]
    return kinds | {"any": every, "NHS icons": [any(one.icons) for one in looks]}


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
    looks = looked(scenario, seed)
    if scenario.truth:
        return {k: float(v) for k, v in told(looks, scenario.truth, scenario.partner).items()}
    return {k: sum(v) / len(v) for k, v in false_claims(looks[1:]).items()}


def measured(scenario: Scenario, worlds: int, pool: ProcessPoolExecutor) -> dict[str, float]:
    """The share of scorecards (or worlds, of a true change) of each kind."""
    found = list(pool.map(_one, [ALL.index(scenario)] * worlds, range(worlds), chunksize=8))
    return {name: sum(one[name] for one in found) / worlds for name in found[0]}


def write_docs(answers: dict[str, dict[str, float]], worlds: int) -> None:
    """Put the tables between their marks in the page that explains them."""
    begin, end = "<!-- claims -->", "<!-- /claims -->"
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    groups: dict[tuple[str, ...], dict[str, dict[str, float]]] = {}
    for name, found in answers.items():
        groups.setdefault(tuple(found), {})[name] = found
    parts = [f"Of {worlds:,} worlds each, the share of scorecards with a false sentence, or of changes told:"]
    for columns, rows in groups.items():
        lines = ["| Worlds | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
        lines += [
            f"| {name} | " + " | ".join(f"{v:.1%}" for v in found.values()) + " |" for name, found in rows.items()
        ]
        parts.append("\n".join(lines))
    PAGE.write_text(head + begin + "\n" + "\n\n".join(parts) + "\n" + end + rest.partition(end)[2], encoding="utf-8")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--worlds", type=int, default=200)
    asked.add_argument("--json", type=Path)
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--docs", action="store_true", help="put the tables into the docs")
    given = asked.parse_args()
    answers, began = {}, time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for scenario in ALL:
            if given.only and not any(word in scenario.name for word in given.only):
                continue
            answers[scenario.name] = measured(scenario, given.worlds, pool)
            print(
                f"{scenario.name:36}", "  ".join(f"{k} {v:.1%}" for k, v in answers[scenario.name].items()), flush=True
            )
    print(f"{given.worlds} worlds each, {time.monotonic() - began:.0f} s")
    if given.docs:
        write_docs(answers, given.worlds)
    if given.json:
        given.json.write_text(json.dumps({"worlds": given.worlds, "scenarios": answers}, indent=2))


if __name__ == "__main__":
    main()
