"""What one person's change between two releases spells out: the published cells that are not as they were.

`python -m tests.attack.probes.probe_changes` prints, for each kind of change, how many cells of closed and of open periods
differ; and what invented ZIP codes do to a release.
"""

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from data.ledger.submissions import NO_WINDOW, Window
from tests.attack.probes.probe_linkage import OTHERS, differing, invented
from tests.attack.probes.probe_store import Probed
from tests.attack.probes.probe_world import (
    KINDS,
    PROBER,
    QUARTERS,
    TARGET,
    Delivery,
    Person,
    Row,
    World,
    care,
    made_world,
    quarter_start,
    screen,
)
from workflow import accepting

LAST = QUARTERS - 1
TODAY = quarter_start(LAST + 1) + dt.timedelta(days=19)
"""The last quarter has ended and is open; the one before it is closed."""
CLOSED = quarter_start(LAST) - dt.timedelta(days=1)
JOINER = "joiner"
NOW = dt.datetime.combine(TODAY, dt.time(9))
Change = Callable[[Probed, World], None]


def before_correction(probed: Probed, world: World) -> None:
    """Nothing is to be prepared."""


def correction(probed: Probed, world: World) -> None:
    """A clinic sends a quarter's readings once more: one of them is another."""
    probed.send([_corrected(world)])


def withdrawal(probed: Probed, world: World) -> None:
    """It takes that file back."""
    row = probed.store.cursor().execute("SELECT max(submission) FROM submission").fetchone()
    assert row
    accepting.withdraw(probed.store, row[0])


def joining(probed: Probed, world: World) -> None:
    """A partner joins, with one person whom others know."""
    probed.send(_of_one(world.targets[0]))


def leaving(probed: Probed, world: World) -> None:
    """That partner takes all that it has sent back."""
    numbers = probed.store.cursor().execute("SELECT submission FROM submission WHERE partner_id = ?", [JOINER])
    for (number,) in numbers.fetchall():
        accepting.withdraw(probed.store, number)


def no_age(probed: Probed, world: World) -> None:
    """A partner has one person of unknown age."""
    about = {k: v for k, v in world.targets[0].describes.items() if k != "birth_year"}
    probed.send(_of_one(Person("", about, frozenset(), [])))


def choice(probed: Probed, world: World) -> None:
    """The partnership decides that people of unknown age do not count."""
    probed.settle(unknown_age_counts="false")


CHANGES: dict[str, tuple[Change, Change]] = {
    "correction": (before_correction, correction),
    "withdrawal": (correction, withdrawal),
    "joining": (before_correction, joining),
    "leaving": (joining, leaving),
    "choice": (no_age, choice),
}


def _corrected(world: World) -> Delivery:
    """A closed quarter's readings, where one is under control that was not, or the other way."""
    files = world.deliveries(("first_clinic",), range(2, 3))
    file = next(d for d in files if d.dataset == "blood_pressure")
    ill = {p.token[1:] for p in world.people if "hypertension" in p.has}
    rows, at = list(file.rows), next(n for n, r in enumerate(file.rows) if str(r["patient_id"])[3:] in ill)
    rows[at] = rows[at] | {"systolic": 177 if float(str(rows[at]["systolic"])) < 140 else 121}
    return Delivery(file.partner, file.dataset, rows, file.covers, NOW)


def _of_one(person: Person) -> list[Delivery]:
    """All that the joining partner sends, of one person, in a closed quarter."""
    local, day = "JR-00001", quarter_start(2) + dt.timedelta(days=20)
    has = frozenset({"hypertension", "diabetes", "insecure"})
    rows = care(local, day, has, 126) | {"food_security": [screen(local, day, has)]}
    covers = Window(quarter_start(0), quarter_start(LAST + 1) - dt.timedelta(days=1))
    about: Row = {"patient_id": local, "person_token": person.token or None, **person.describes}
    files = [Delivery(JOINER, dataset, found, covers, NOW) for dataset, found in rows.items()]
    return [Delivery(JOINER, "patients", [about], NO_WINDOW, NOW), *files]


def moved(folder: Path, world: World, kind: str, smallest: int = 11) -> tuple[int, int]:
    """How many published cells of closed and of open periods differ between a release and the next one."""
    first, then = CHANGES[kind]
    probed = Probed(folder, (*KINDS, JOINER), TODAY, smallest)
    probed.send(world.deliveries())
    first(probed, world)
    before = probed.publish()
    then(probed, world)
    found = differing(before, probed.publish())
    probed.close()
    done = found.filter(pl.col("period_end") <= CLOSED).height
    return done, found.height - done


def in_places(
    folder: Path, world: World, people: int, places: int, smallest: int = 11
) -> tuple[pl.DataFrame, pl.DataFrame, float]:
    """A release where the prober has so many people in so many invented ZIP codes: as published, exact, seconds."""
    probed = Probed(folder, smallest=smallest)
    sent = World(world.seed, world.people, world.targets)
    for n in range(people):
        local, day = f"XX-{n:05}", quarter_start(1) + dt.timedelta(days=n % 80)
        about: Row = {"patient_id": local, **TARGET, "zip": invented(n % places)}
        for dataset, rows in care(local, day, {"hypertension"}, 118 if n % 2 else 150).items():
            sent.add(PROBER, dataset, *rows)
        sent.add(PROBER, "patients", about)
    probed.send([*world.deliveries(OTHERS), *sent.deliveries((PROBER,))])
    start = time.perf_counter()
    published = probed.publish()
    seconds, exact = time.perf_counter() - start, probed.exact()
    probed.close()
    return published, exact, seconds


def main() -> None:
    """Try every kind of change; then invented places."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=800)
    asked.add_argument("--places", type=int, default=300)
    given = asked.parse_args()
    world = made_world(1, given.people, 10)
    with tempfile.TemporaryDirectory() as place:
        print(f"{'change':14}{'closed':>8}{'open':>8}   cells that differ")
        for kind in CHANGES:
            done, still = moved(Path(place) / kind, world, kind)
            print(f"{kind:14}{done:>8}{still:>8}", flush=True)
        for places in (1, given.places):
            published, _, seconds = in_places(Path(place) / f"places{places}", world, given.places, places)
            hidden = published["suppressed"].sum()
            print(f"{places:4} invented ZIP codes: {len(published)} rows, {hidden} hidden, {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
