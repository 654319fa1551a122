"""How far what is said of an action's impact holds: worlds in which the truth is known.

    python bench/impact.py [--worlds N] [--json FILE] [--only WORD ...] [--docs] [--workers N]

Each scenario draws N worlds. `covered`: 95 % intervals that hold the true difference; `changed`: worlds in which a change
is said (of a true effect of nothing: false alarms); `refused`: worlds without a verdict since partners had moved apart
before the start; `wide`: the middle width of an interval, in points or the mean's unit. Seeds are 0 to N - 1.
"""

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "worlds"))
import impact_worlds as w

from metrics.acting import beside_others, whole_years
from metrics.acting.impact import Impact, of_arms, of_years
from metrics.statistics.contrast import MonthCounts

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "impact.md"
MEDIUM, LARGE = 0.15, 0.35
SMALLEST = 0.01


@dataclass(frozen=True)
class Scenario:
    """Worlds of a kind. `way`: by what they are judged."""

    name: str
    truth: w.Truth = field(default_factory=w.Truth)
    way: str = "arms"


def _of(**given: object) -> w.Truth:
    return w.Truth(**given)  # type: ignore[arg-type]


BESIDE = [
    Scenario("chance alone", _of(scatter=0.0, kept=0.0)),
    Scenario("season 5 %, scatter 5 %, 0.2 stays", _of(season=0.05, kept=0.2)),
    Scenario("season 10 %, scatter 5 %, 0.4 stays", _of(season=0.10)),
    Scenario("season 10 %, scatter 5 %, 0.6 stays", _of(season=0.10, kept=0.6)),
    Scenario("season 10 %, scatter 10 %, 0.4 stays", _of(season=0.10, scatter=0.10)),
    Scenario("season 10 %, scatter 10 %, 0.6 stays", _of(season=0.10, scatter=0.10, kept=0.6)),
    Scenario("the same, partners differ in scatter", _of(season=0.10, scatter=0.10, kept=0.4, own_scatter=0.5)),
    Scenario("medium effect (15 % of the odds)", _of(season=0.10, effect=MEDIUM)),
    Scenario("large effect (35 % of the odds)", _of(season=0.10, effect=LARGE)),
    Scenario("readmission 14 %, nothing", _of(level=0.14, season=0.05, people=150)),
    Scenario("readmission 14 %, large effect", _of(level=0.14, season=0.05, people=150, effect=-LARGE)),
    Scenario("systolic 134 mmHg, nothing", _of(level=134.0, season=0.05, people=250)),
    Scenario("systolic 134 mmHg, 3 mmHg lower", _of(level=134.0, season=0.05, people=250, effect=-3.0)),
    Scenario("quarters, nothing", _of(kind="quarter", season=0.05)),
    Scenario("quarters, large effect", _of(kind="quarter", season=0.05, effect=-LARGE)),
    Scenario("two years alone, nothing", _of(season=0.05), "years"),
    Scenario("two years alone, large effect", _of(season=0.05, effect=LARGE), "years"),
    Scenario("rare (0.5 %), nothing", _of(level=0.005, people=150), "rare"),
    Scenario("rare (0.5 %), twice as often", _of(level=0.005, people=150, effect=float(np.log(2))), "rare"),
    Scenario("each partner drifts by itself (1 % a month)", _of(drift=0.01)),
    Scenario("each partner drifts by itself (2 % a month)", _of(drift=0.02)),
]
ALONE = [
    Scenario("nobody beside, nothing", _of(beside=False, season=0.10)),
    Scenario("nobody beside, a trend of 10 % a year", _of(beside=False, season=0.10, trend=0.10)),
    Scenario("nobody beside, large effect", _of(beside=False, season=0.10, effect=LARGE)),
]
STORIES = [
    Scenario("22 food programs, people chosen high, with a comparison", way="food"),
    Scenario("the same people, nobody beside", way="food alone"),
    Scenario("spending rises, then falls by 85 a month", way="spending"),
]
ALL = [*BESIDE, *ALONE, *STORIES]


def judged(scenario: Scenario, seed: int) -> dict[str, float]:
    """One world: what was said of it, beside what is so."""
    if scenario.way == "spending":
        return _course(w.rise_then_fall(seed))
    one = w.chosen_for_high_figures(seed) if scenario.way.startswith("food") else w.world(scenario.truth, seed)
    if scenario.way == "food alone":
        held = one.held.alone()
        said = of_arms(held, one.action, 1.0)
        return {"no comparison said": float(said.verdict == "no comparison"), "before and after": float(said.plainly)}
    if scenario.way in ("years", "rare"):
        said = _in_years(one)
    else:
        mean = scenario.truth.mean or scenario.way == "food"
        said = of_arms(one.held, one.action, 1.0 if mean else SMALLEST)
    found = _against(said, one.true, 100.0 if abs(one.held.counts.count / one.held.counts.people).max() <= 1 else 1.0)
    return found | ({"before and after": float(said.plainly)} if scenario.way == "food" else {})


def _against(said: Impact, true: float, scale: float) -> dict[str, float]:
    refused = said.why == "apart before"
    if said.found is None:
        return {"judged": 0.0}
    middle, low, high = said.found
    if said.ratio and true:  # what was planted is a ratio; its difference hangs on the rates that chance brought
        return {"judged": 1.0, "covered": float(said.ratio[1] <= 2 <= said.ratio[2]), "refused": 0.0,
                "changed": float(said.verdict == "changed"), "wide": scale * (high - low)}  # fmt: skip
    return {
        "judged": 1.0, "refused": float(refused), "changed": float(said.verdict == "changed"),
        "covered": np.nan if refused else float(low <= true <= high), "wide": scale * (high - low),
        "found": scale * middle, "true": scale * true,
    }  # fmt: skip


def _in_years(one: w.World) -> Impact:
    """Only the twelve months before and after are published, each added up."""
    held = one.held
    c, at = held.counts, held.before
    length = min(12, held.after)
    sides = slice(at - length, at), slice(at, at + length)
    added = MonthCounts(*(np.stack([v[:, s].sum(axis=1) for s in sides], axis=1) for v in (c.count, c.people)))
    pair = whole_years.TwoYears(held.names, held.taking, (held.ends[at - 1], held.ends[at + length - 1]), added)
    return of_years(pair, one.action, SMALLEST)


def _course(one: w.World) -> dict[str, float]:
    usual = beside_others.usual_variance(one.held, 20.0)
    found = beside_others.course(one.held, usual, beside_others.learnt(one.held, usual))
    assert found
    return {
        "the rise covered": float(found.first[1] <= w.RISE <= found.first[2]),
        "85 a month covered": float(found.monthly[1] <= w.MONTHLY <= found.monthly[2]),
        "a month": found.monthly[0],
        "break-even month": found.even[0],
        "break-even covered": float(found.even[1] <= w.EVEN <= found.even[2]),
    }


def _one(number: int, seed: int) -> dict[str, float]:
    return judged(ALL[number], seed)


def measured(scenario: Scenario, worlds: int, pool: ProcessPoolExecutor) -> dict[str, float]:
    """Means over worlds (of the width and of break-even, the middle one)."""
    found = list(pool.map(_one, [ALL.index(scenario)] * worlds, range(worlds), chunksize=8))
    names = list(dict.fromkeys(name for one in found for name in one))
    middle = {"wide", "break-even month"}
    return {
        name: float((np.nanmedian if name in middle else np.nanmean)([one.get(name, np.nan) for one in found]))
        for name in names
    }


PERCENT = {
    "judged",
    "covered",
    "refused",
    "changed",
    "no comparison said",
    "the rise covered",
    "85 a month covered",
    "break-even covered",
}


Answers = dict[str, dict[str, float]]


def said(name: str, value: float) -> str:
    return f"{value:.1%}" if name in PERCENT else f"{value:.1f}"


def write_docs(answers: Answers, worlds: dict[str, int]) -> None:
    """Put the tables between their marks in the page that explains them."""
    begin, end = "<!-- impact -->", "<!-- /impact -->"
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    parts = []
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, found in answers.items():
        groups.setdefault(tuple(found), []).append(name)
    for columns, names in groups.items():
        lines = ["| Worlds | how many | " + " | ".join(columns) + " |", "|---" * (len(columns) + 2) + "|"]
        lines += [
            f"| {n} | {worlds[n]:,} | " + " | ".join(said(k, v) for k, v in answers[n].items()) + " |" for n in names
        ]
        parts.append("\n".join(lines))
    PAGE.write_text(head + begin + "\n" + "\n\n".join(parts) + "\n" + end + rest.partition(end)[2], encoding="utf-8")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--worlds", type=int, default=100)
    asked.add_argument("--json", type=Path, help="kept here scenario by scenario, beside those measured before")
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--docs", action="store_true", help="put the tables into the docs")
    asked.add_argument("--workers", type=int, default=os.cpu_count())
    given = asked.parse_args()
    known = (
        json.loads(given.json.read_text()) if given.json and given.json.exists() else {"worlds": {}, "scenarios": {}}
    )
    began = time.monotonic()
    with ProcessPoolExecutor(given.workers) as pool:
        for scenario in ALL:
            if not given.worlds or (given.only and not any(word in scenario.name for word in given.only)):
                continue
            found = measured(scenario, given.worlds, pool)
            print(f"{scenario.name:58}", "  ".join(f"{k} {said(k, v)}" for k, v in found.items()), flush=True)
            known["worlds"][scenario.name], known["scenarios"][scenario.name] = given.worlds, found
            if given.json:
                given.json.write_text(json.dumps(known, indent=1) + "\n")
    print(f"{given.worlds} worlds each, {time.monotonic() - began:.0f} s")
    if given.docs:
        in_order = {s.name: known["scenarios"][s.name] for s in ALL if s.name in known["scenarios"]}
        write_docs(in_order, known["worlds"])


if __name__ == "__main__":
    main()
