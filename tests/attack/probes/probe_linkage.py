"""A prober sends rows with other partners' tokens, to read off the next release what those partners know.

Each target gets a row among the prober's patients: its token, the right birth year and sex, and a place that nobody
else has. `python -m tests.attack.probes.probe_linkage --seeds 3` runs every kind of probe and prints how its guesses went.
"""

import argparse
import datetime as dt
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tests.attack.probes.probe_guesses import NONE, Guesses, Marks, judge
from tests.attack.probes.probe_store import KEY, SHOWN, Probed
from tests.attack.probes.probe_world import (
    CONDITIONS,
    KINDS,
    PROBER,
    START,
    TARGET,
    Person,
    Row,
    World,
    care,
    made_world,
    screen,
    stays,
)

PROBES = ("bare", "padded", "clinical", "padded clinical")
PADS = 36
"""Twelve in each third: no cell of them is small."""
RARE: Row = {"race": "pacific_islander", "language": "hmong", "payer": "government", "county_fips": "17099"}
OTHERS = tuple(p for p in KINDS if p != PROBER)


def base(folder: Path, world: World, smallest: int = 11) -> Path:
    """A data folder that holds all that the others send."""
    probed = Probed(folder, smallest=smallest)
    probed.send(world.deliveries(OTHERS))
    probed.close()
    return folder


def probing(world: World, probe: str, targets: Sequence[Person]) -> World:
    """What the prober sends: its own people, and a probe for each target, each in an invented ZIP code."""
    sent = World(world.seed, world.people, world.targets)
    for (partner, dataset), rows in world.rows.items():
        if partner == PROBER:
            sent.add(PROBER, dataset, *rows)
    for n, target in enumerate(targets):
        row: Row = {"patient_id": f"XX-{n:05}", "person_token": target.token, **TARGET, **RARE, "zip": invented(n)}
        sent.add(PROBER, "patients", row)
        if "clinical" in probe:
            _add(sent, _clinical(str(row["patient_id"])))
        if "padded" in probe:
            for pad in range(PADS):
                _add(sent, _pad(f"YY-{n:05}-{pad:02}", pad, row))
    return sent


def invented(number: int) -> str:
    """A ZIP code in which nobody lives."""
    return f"{99000 + number}"


def _add(world: World, rows: dict[str, list[Row]]) -> None:
    for dataset, found in rows.items():
        world.add(PROBER, dataset, *found)


def _clinical(local: str) -> dict[str, list[Row]]:
    """The prober's own rows for a target: before the others' and without a diagnosis, so that theirs decide."""
    day = START + dt.timedelta(days=94)
    rows = care(local, day, frozenset(), 125)
    return rows | {
        "food_security": [screen(local, day, frozenset())],
        "hospital_stays": stays(local, day, frozenset())[:1],
    }


def _pad(local: str, number: int, target: Row) -> dict[str, list[Row]]:
    """An invented patient in a target's ZIP code: enough meet each measure, and enough do not, that cells are shown."""
    half, third = number % 2, number % 3
    day = START + dt.timedelta(days=200 + number)
    has = {"hypertension", "diabetes", *["readmitted"][:half], *[(), ("insecure",), ("insecure", "connected")][third]}
    rows = care(local, day, has, 125 if half else 150)
    person: Row = {"patient_id": local, **{k: v for k, v in target.items() if k not in ("patient_id", "person_token")}}
    food, care_of_hospital = [screen(local, day, has)], stays(local, day, has)
    return rows | {"patients": [person], "food_security": food, "hospital_stays": care_of_hospital}


def marks_of(published: pl.DataFrame, place: str) -> Marks:
    """What a release shows of the people of one invented ZIP code."""
    rows = published.filter(pl.col("category").str.contains(place, literal=True))
    rows = rows.with_columns(pl.col("category").str.replace(place, "Z", literal=True))
    return _marks(rows)


def _marks(rows: pl.DataFrame) -> Marks:
    found: Marks = {}
    for row in rows.iter_rows(named=True):
        key = tuple(row[k] for k in KEY)
        found |= {(key, c): round(row[c], 6) if isinstance(row[c], float) else row[c] for c in SHOWN}
    return found


def differing(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The rows of `after` that are not so in `before`, and the keys of those that are gone."""
    new = after.join(before, on=[*KEY, *SHOWN], how="anti", nulls_equal=True)
    gone = before.join(after, on=KEY, how="anti")
    return pl.concat(
        [new.select(*KEY, *SHOWN), gone.select(*KEY, *(pl.lit(None, gone.schema[c]).alias(c) for c in SHOWN))]
    )


def probed(folder: Path, start: Path, sent: World) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The release of a copy of `start` with the prober's files: as published, and (for the judge) exact."""
    shutil.copytree(start, folder)
    partnership = Probed(folder)
    partnership.send(sent.deliveries((PROBER,)))
    published, exact = partnership.publish(), partnership.exact()
    partnership.close()
    shutil.rmtree(folder)
    return published, exact


def many_at_once(folder: Path, start: Path, world: World, probe: str) -> dict[str, Guesses]:
    """All targets in one release, each in its own ZIP code: condition -> guesses."""
    published, _ = probed(folder, start, probing(world, probe, world.targets))
    seen = [marks_of(published, invented(n)) for n in range(len(world.targets))]
    return guessed(seen, world.targets)


def guessed(seen: Sequence[Marks], targets: Sequence[Person], folds: int = 2) -> dict[str, Guesses]:
    """How each condition of the targets is guessed from their marks."""
    found = {}
    for condition in CONDITIONS:
        # Help is arranged for the insecure alone.
        asked = [n for n, t in enumerate(targets) if condition != "connected" or "insecure" in t.has]
        has = [condition in targets[n].has for n in asked]
        found[condition] = judge([seen[n] for n in asked], has, folds=min(folds, len(asked)))
    return found


def groups_of_each(
    folder: Path, start: Path, world: World, probe: str, targets: Sequence[Person]
) -> list[pl.DataFrame]:
    """The exact figures of groups and months in a release for each target alone, all else being the same."""
    found = []
    for target in targets:
        _, exact = probed(folder, start, probing(world, probe, [target]))
        found.append(exact.filter(_grouped()).select(*KEY, "denominator", "numerator", "rate"))
    return found


def _grouped() -> pl.Expr:
    """Everything but totals of a year, which may count people once."""
    return (pl.col("stratifier") != "all") | (pl.col("period_kind") != "year")


def moved_groups(groups: Sequence[pl.DataFrame]) -> int:
    """How many exact group cells are not the same whoever the target is."""
    every = pl.concat(groups).group_by(pl.all()).len()
    return every.filter(pl.col("len") < len(groups)).select(KEY).unique().height


def stays_around(world: World, target: Person, token: str) -> World:
    """The prober's stays before and after a target's first one, under some token: each a return to the other, did
    readmission by group look at hospitals elsewhere."""
    theirs = [
        r for r in world.rows["first_hospital", "hospital_stays"] if str(r["patient_id"]).endswith(target.token[1:])
    ]
    day = min(row["admitted_on"] for row in theirs)  # type: ignore[type-var]
    assert isinstance(day, dt.date)
    sent, local = World(world.seed, world.people, world.targets), "ZZ-00001"
    sent.add(PROBER, "patients", {**target.describes, **TARGET, "patient_id": local, "person_token": token})
    for n, on in enumerate((day - dt.timedelta(days=9), day + dt.timedelta(days=8))):
        stay = stays(local, on, frozenset())[0] | {"stay_id": f"{local}-{n}"}
        sent.add(PROBER, "hospital_stays", stay)
    return sent


def readmissions(folder: Path, start: Path, sent: World) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Exact figures of readmission by group, month and partner with the prober's files; and, for the judge, the year
    totals that count returns to all hospitals."""
    shutil.copytree(start, folder)
    partnership = Probed(folder)
    partnership.send(sent.deliveries((PROBER,)))
    partnership.publish()
    of_all = pl.col("stratifier") == "all"
    exact = partnership.exact().filter(
        pl.col("indicator").str.starts_with("readmission"),
        ~(of_all & (pl.col("period_kind") == "year") & (pl.col("scope") == "partnership")),
    )
    linked = partnership.store.cursor().execute(
        """SELECT period_end, denominator, numerator FROM counts WHERE owner = 'linked' AND period_kind = 'year'
           AND indicator = 'readmission_any_hospital' AND stratifier = 'all' ORDER BY ALL"""
    ).pl()  # fmt: skip
    partnership.close()
    shutil.rmtree(folder)
    return exact.select(*KEY, "denominator", "numerator").sort(KEY), linked


def table(rows: Sequence[tuple[str, str, Guesses]]) -> str:
    """The guesses as text, a line for each attack and condition."""
    lines = [f"{'attack':28}{'condition':14}{'guesses':>8}{'right':>7}{'best constant':>15}"]
    lines += [f"{a:28}{c:14}{g.made:>8}{g.right:>7}{g.constant:>15}{'  TOLD' if g.telling else ''}" for a, c, g in rows]
    return "\n".join(lines)


def main() -> None:
    """Run every probe on so many partnerships."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--people", type=int, default=1500)
    asked.add_argument("--targets", type=int, default=40)
    asked.add_argument("--alone", type=int, default=6, help="targets of each seed that are also probed alone")
    given = asked.parse_args()
    totals: dict[tuple[str, str], Guesses] = {}
    with tempfile.TemporaryDirectory() as place:
        for seed in range(1, given.seeds + 1):
            world = made_world(seed, given.people, given.targets)
            start = base(Path(place) / f"base{seed}", world)
            for probe in PROBES:
                found = many_at_once(Path(place) / "var", start, world, probe)
                for condition, guesses in found.items():
                    at = (probe, condition)
                    totals[at] = totals.get(at, NONE) + guesses
                alone = world.targets[: given.alone]
                if alone:
                    groups = groups_of_each(Path(place) / "var", start, world, probe, alone)
                    print(
                        f"seed {seed}, {probe}: {moved_groups(groups)} exact group cells hang on who of {len(alone)} the target is",
                        flush=True,
                    )
    print(table([(probe, condition, g) for (probe, condition), g in totals.items()]))


if __name__ == "__main__":
    main()
