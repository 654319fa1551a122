"""What the partners' own totals, less the partnership's, tell of one person that a prober adds.

The partners' figures added up, less a total that counts people once, is how many people several partners share: one
subtraction of public numbers. A prober that adds the
token to its own rows of a person sees whether that number grows by one: then another partner counts the person too. `python -m tests.attack.probes.probe_totals` prints how its guesses go.
"""

import argparse
import datetime as dt
import random
import shutil
import tempfile
from pathlib import Path

import polars as pl

from data.ledger.submissions import NO_WINDOW
from tests.attack.probes.probe_guesses import Guesses, Marks, judge
from tests.attack.probes.probe_linkage import OTHERS, table
from tests.attack.probes.probe_store import Probed
from tests.attack.probes.probe_world import (
    CONDITIONS,
    PROBER,
    QUARTERS,
    Delivery,
    Person,
    World,
    came,
    care,
    closed,
    made_world,
    quarter_start,
    screen,
)

LATE, ON_TIME = "late", "on time"
LAST = QUARTERS - 1
WHOLE_KEY = ["indicator", "period_kind", "period_end"]
LOCAL = "XX-00000"
ASKED = [c for c in CONDITIONS if c != "readmitted"]
"""A stay is counted by its own hospital alone: to add one of another tells of no other."""


def base(folder: Path, world: World) -> Path:
    """All that the others send but the last quarter."""
    probed = Probed(folder, today=closed(LAST - 1))
    probed.send(world.deliveries(OTHERS, range(LAST)))
    probed.close()
    return folder


def shared_people(probed: Probed) -> dict[tuple, int]:
    """(indicator, period kind, period end, count) -> the partners' own totals less the partnership's, of a new release.

    Where all show, save the prober's own, which it knows.
    """
    published, own = probed.publish(), pl.col("scope") == PROBER
    totals = pl.concat([published.filter(~own), probed.exact().filter(own).select(published.columns)])
    totals = totals.filter(pl.col("stratifier") == "all")
    counts = totals.unpivot(["denominator", "numerator"], index=[*WHOLE_KEY, "scope"], variable_name="count")
    whole = pl.col("scope") == "partnership"
    found = counts.group_by(*WHOLE_KEY, "count").agg(
        shared=pl.col("value").filter(~whole).sum() - pl.col("value").filter(whole).sum(),
        seen=pl.col("value").is_not_null().all() & whole.any(),
    )
    return {tuple(row[:4]): row[4] for row in found.filter("seen").select(*WHOLE_KEY, "count", "shared").iter_rows()}


def trial(folder: Path, start: Path, world: World, target: Person, when: str, seed: int) -> tuple[Marks, bool]:
    """Two releases, before and after the prober tells whom its rows of a target are about: what the difference shows,
    and whether any total counts people once."""
    shutil.copytree(start, folder)
    probed = Probed(folder)
    # Whom the others share is not known: they know some people's tokens only.
    probed.send(_some_tokens(world, target, random.Random(seed)))
    sent = _with(world, target)
    probed.send(sent.deliveries((PROBER,), range(LAST)))
    newest = range(LAST, QUARTERS)
    rest = [d for part in (world, sent) for d in part.deliveries((*OTHERS,) if part is world else (PROBER,), newest)]
    rest = [d for d in rest if d.dataset != "patients"]
    if when == LATE:
        probed.settle(today=str(closed(LAST)))
        probed.send(rest)
    before = shared_people(probed)
    if when == ON_TIME:
        probed.settle(today=str(closed(LAST)))
        probed.send(rest)
    told = [
        r | ({"person_token": target.token} if r["patient_id"] == LOCAL else {}) for r in sent.rows[PROBER, "patients"]
    ]
    probed.send([Delivery(PROBER, "patients", told, NO_WINDOW, came(LAST))])
    after = shared_people(probed)
    probed.close()
    shutil.rmtree(folder)
    return _difference(before, after, same=when == LATE), any(v > 0 for v in after.values())


def _some_tokens(world: World, target: Person, chance: random.Random) -> list[Delivery]:
    files = [d for d in world.deliveries(OTHERS, range(1)) if d.dataset == "patients"]
    left = {p.token for p in world.people if p is not target and chance.random() < 0.3}
    kept = [[r | ({"person_token": None} if r["person_token"] in left else {}) for r in d.rows] for d in files]
    again = dt.timedelta(hours=1)
    return [Delivery(d.partner, d.dataset, rows, d.covers, d.at + again) for d, rows in zip(files, kept, strict=True)]


def _with(world: World, target: Person) -> World:
    """What the prober sends: its own, and rows of the target, after all that others know of it, without its token."""
    sent = World(world.seed, world.people, world.targets)
    day, has = quarter_start(LAST) - dt.timedelta(days=1), frozenset(ASKED)
    mine = care(LOCAL, day, has, 125) | {"food_security": [screen(LOCAL, day, has)]}
    mine["patients"] = [{"patient_id": LOCAL, **target.describes}]
    for (partner, dataset), rows in world.rows.items():
        if partner == PROBER:
            sent.add(PROBER, dataset, *rows, *mine[dataset])
    return sent


def _difference(before: dict[tuple, int], after: dict[tuple, int], *, same: bool) -> Marks:
    """By how much the number of shared people grew: of each period, or of the newest year beside the one before."""
    if same:
        return {key: after[key] - before[key] for key in after.keys() & before.keys()}
    newest: list[dict[tuple, int]] = [{}, {}]
    for found, shared in zip(newest, (before, after), strict=True):
        for (indicator, kind, _end, count), people in sorted(shared.items(), key=str):
            if kind == "year":
                found[indicator, count] = people
    return {key: newest[1][key] - newest[0][key] for key in newest[0].keys() & newest[1].keys()}


def attack(place: Path, seed: int, when: str, *, people: int, targets: int) -> tuple[dict[str, Guesses], int]:
    """Condition -> guesses of so many targets, and in how many releases some total counts people once."""
    world = made_world(seed, people, targets)
    start = base(place / f"base{seed}{when.replace(' ', '')}", world)
    seen, once = [], 0
    for n, target in enumerate(world.targets):
        marks, linked = trial(place / "var", start, world, target, when, seed * 1000 + n)
        seen.append(marks)
        once += linked
    has = {c: [c in t.has for t in world.targets] for c in ASKED}
    return {c: judge(seen, has[c], folds=4) for c in ASKED}, once


def main() -> None:
    """Attack totals in time and too late."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--people", type=int, default=900)
    asked.add_argument("--targets", type=int, default=12)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for when in (LATE, ON_TIME):
            for seed in range(1, given.seeds + 1):
                found, once = attack(Path(place), seed, when, people=given.people, targets=given.targets)
                print(table([(f"totals, {when}, seed {seed}", c, g) for c, g in found.items()]))
                print(f"some total counts people once in {once} of {given.targets} releases", flush=True)


if __name__ == "__main__":
    main()
