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

from metrics.judging.moved_months import figures
from metrics.judging.scorecard_changes import Changes, changes

World = w.World


@dataclass(frozen=True)
class Scenario:
    """A way to make worlds. `truth`: the figure that truly changes, and which way; None where nothing does."""

    name: str
    change: tuple[Callable[[World], World], ...] = ()
    truth: tuple[int, int] | None = None
    kinds: tuple[w.Kind, ...] = w.FIGURES


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
]
ALL = [*NOTHING, *TRUE]


def looked(scenario: Scenario, seed: int) -> list[list[Changes]]:
    """One world: what may be said at each look, figure by figure."""
    made = w.world(seed, scenario.kinds)
    for change in scenario.change:
        made = change(made)
    counts, smallest = made.counts(), [k.smallest for k in scenario.kinds]
    return [changes(figures([c.upto(month) for c in counts], smallest)) for month in w.LOOKS]


def false_claims(looks: list[list[Changes]]) -> dict[str, list[bool]]:
    """Look by look: whether any sentence of a kind is there."""
    return {
        "year": [any(c.year and c.year.passed for c in one) for one in looks],
        "two years": [any(c.two_years and c.two_years.passed for c in one) for one in looks],
        "early": [any(c.early and c.early.passed for c in one) for one in looks],
        "any": [any(c.claim or c.warning for c in one) for one in looks],
    }


def told(looks: list[list[Changes]], truth: tuple[int, int]) -> dict[str, bool]:
    """By when the change was told in the right direction."""
    figure, way = truth
    claims = [_way(one[figure].claim) == way for one in looks]
    warned = [_way(one[figure].warning) == way for one in looks]
    early, year, later = (w.LOOKS.index(w.START + months) for months in (6, 12, 18))
    return {
        "early within 6 months": any(warned[: early + 1]) or any(claims[: early + 1]),
        "any within 12 months": any(warned[: year + 1]) or any(claims[: year + 1]),
        "year's verdict at 12": claims[year],
        "year's verdict at 18": claims[later],
    }


def _way(claim: object) -> int:
    difference = getattr(claim, "difference", 0.0)
    return (difference > 0) - (difference < 0)


def _one(number: int, seed: int) -> dict[str, float]:
    scenario = ALL[number]
    looks = looked(scenario, seed)
    if scenario.truth:
        return {k: float(v) for k, v in told(looks, scenario.truth).items()}
    return {k: sum(v) / len(v) for k, v in false_claims(looks[1:]).items()}


def measured(scenario: Scenario, worlds: int, pool: ProcessPoolExecutor) -> dict[str, float]:
    """The share of scorecards (or worlds, of a true change) of each kind."""
    found = list(pool.map(_one, [ALL.index(scenario)] * worlds, range(worlds), chunksize=8))
    return {name: sum(one[name] for one in found) / worlds for name in found[0]}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--worlds", type=int, default=200)
    asked.add_argument("--json", type=Path)
    asked.add_argument("--only", nargs="*", default=[])
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
    if given.json:
        given.json.write_text(json.dumps({"worlds": given.worlds, "scenarios": answers}, indent=2))


if __name__ == "__main__":
    main()
