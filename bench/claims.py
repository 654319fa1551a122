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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import claim_releases
import claim_worlds as w
import numpy as np
from scipy.special import stdtrit

from metrics.judging.group_changes import Grouping, JudgedGroups, judged, pooled
from metrics.judging.moved_months import Figure, Moved, figures
from metrics.judging.partner_changes import partner_changes
from metrics.judging.published_months import moved_by_growth
from metrics.judging.scorecard_changes import Changes, changes
from metrics.statistics import spc
from metrics.statistics.contrast import YEAR, MonthCounts
from metrics.statistics.intervals import wilson
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


@dataclass(frozen=True)
class Look:
    """What may be said at a quarter's end: of each figure, and of each figure's partners."""

    figures: list[Changes]
    partners: list[dict[str, Moved]]
    gaps: list[JudgedGroups]
    icons: list[int]
    """Of each figure the way of its newest month by the rules of "Making Data Count", 0 for common cause."""


def _made(scenario: Scenario, seed: int) -> World:
    made = w.world(seed, scenario.kinds)
    for change in scenario.change:
        made = change(made)
    return made


def looked(scenario: Scenario, seed: int) -> list[Look]:
    """One world, look by look."""
    made = _made(scenario, seed)
    counts, smallest = made.counts(), [k.smallest for k in scenario.kinds]
    names = [k.name for k in scenario.kinds]
    places = [{} if k.need else {str(n): n for n in range(k.partners)} for k in scenario.kinds]
    found = []
    for month in w.LOOKS:
        those = figures([c.partners.upto(month) for c in counts], smallest)
        own = partner_changes(list(zip(those, places, strict=True)))
        gaps = judged([_grouping(*one, month) for one in zip(names, those, counts, strict=True)])
        found.append(Look(changes(those), own, gaps, [_icon(one.counts) for one in those]))
    return found


def _grouping(name: str, figure: Figure, counted: w.Counted, end: int) -> Grouping:
    """A figure's groups in the last year and in the two before, as a release would have them."""
    now, *before = [_year(counted.groups, end - YEAR * back) for back in (0, 1, 2)]
    x, n = (np.array([np.nansum(v[:, end - YEAR * k - YEAR : end - YEAR * k], axis=1) for k in (0, 1, 2)])
            for v in (counted.partners.count, counted.partners.people))  # fmt: skip
    x, n = x[:, n.any(axis=0)], n[:, n.any(axis=0)]
    mixed = not n.all() or moved_by_growth(n, x / n, figure.smallest)
    figure = replace(figure, mixed=mixed)
    whole = {"denominator": sum(row["denominator"] for row in now)}
    return Grouping(name, "race_ethnicity", "higher", whole, now, pooled(before), 2, figure)


def _year(counts: MonthCounts, end: int) -> list[dict[str, Any]]:
    months = slice(end - YEAR, end)
    x, n = np.nansum(counts.count[:, months], axis=1), np.nansum(counts.people[:, months], axis=1)
    if counts.variance is None:
        low, high = wilson(x, n)
    else:
        half = stdtrit(n - 1, 0.975) * np.sqrt(np.nanmean(counts.variance[:, months], axis=1) / n)
        low, high = x / n - half, x / n + half
    return [
        {
            "category": group, "denominator": int(n[k]), "numerator": int(x[k]) if counts.variance is None else None,
            "rate": x[k] / n[k], "low": float(low[k]), "high": float(high[k]), "unreliable": n[k] < 30,
        }
        for k, group in enumerate(w.GROUPS)
    ]  # fmt: skip


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
    asked.add_argument("--docs", action="store_true", help="put the tables into the docs and on the page Methods")
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
    measures = json.dumps({"worlds": given.worlds, "scenarios": answers}, indent=1)
    if given.docs:
        write_docs(answers, given.worlds)
        MEASURED.write_text(measures + "\n", encoding="utf-8")
    if given.json:
        given.json.write_text(measures)


if __name__ == "__main__":
    main()
