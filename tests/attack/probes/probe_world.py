"""A made-up partnership to be probed: whose people have what is known, so that a guess can be judged.

A person's facts lie at one clinic, one hospital and one pantry. One more partner, the prober, sends whatever it likes.
All targets are women born in one year: what an attacker may well know of them tells them not apart.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from data.ledger.submissions import NO_WINDOW, Window

Row = dict[str, object]

START, QUARTERS = dt.date(2024, 10, 1), 5
CONDITIONS = ("hypertension", "diabetes", "insecure", "connected", "readmitted")
PROBER = "prober"
KINDS = {
    "first_clinic": "clinic", "second_clinic": "clinic", "first_hospital": "hospital", "second_hospital": "hospital",
    "pantry": "food_bank", PROBER: "clinic",
}  # fmt: skip
FEW = ("first_clinic", "first_hospital", "pantry", PROBER)
"""As few partners as targets need."""
SENDS = {
    "clinic": ("patients", "clinical_events", "blood_pressure", "food_security"),
    "hospital": ("patients", "hospital_stays"),
    "food_bank": ("patients", "food_security"),
}
DATED = {
    "clinical_events": "starts_on", "blood_pressure": "measured_on", "hospital_stays": "discharged_on",
    "food_security": "screened_on",
}  # fmt: skip
ZIPS = {f"{n}": "17077" if n < 62922 else "17079" for n in range(62920, 62925)}
"""ZIP -> the county it lies in: a public table."""
TARGET = {"sex": "female", "birth_year": 1960}


@dataclass
class Person:
    """One person: the facts, and at which partners they lie."""

    token: str
    describes: Row
    has: frozenset[str]
    at: list[str]


@dataclass(frozen=True)
class Delivery:
    """One file of a partner, and the day on which it came."""

    partner: str
    dataset: str
    rows: list[Row]
    covers: Window
    at: dt.datetime


@dataclass
class World:
    """Everyone, and what the partners send of them: rows by (partner, dataset)."""

    seed: int
    people: list[Person]
    targets: list[Person]
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def add(self, partner: str, dataset: str, *rows: Row) -> None:
        """Let a partner send these rows too."""
        self.rows.setdefault((partner, dataset), []).extend(rows)

    def deliveries(
        self, partners: tuple[str, ...] = tuple(KINDS), quarters: range = range(QUARTERS)
    ) -> Iterator[Delivery]:
        """Each quarter's rows, ten days after its end; who the patients are, with the first of these quarters."""
        for (partner, dataset), rows in self.rows.items():
            if partner not in partners:
                continue
            if dataset == "patients":
                yield Delivery(partner, dataset, rows, NO_WINDOW, came(quarters[0]))
                continue
            for n in quarters:
                window = Window(quarter_start(n), quarter_start(n + 1) - dt.timedelta(days=1))
                inside = [r for r in rows if window.first <= r[DATED[dataset]] <= window.last]  # type: ignore[operator]
                if inside:
                    yield Delivery(partner, dataset, inside, window, came(n))


def quarter_start(number: int) -> dt.date:
    """The first day of a quarter, the first of them numbered 0."""
    months = START.year * 12 + START.month - 1 + 3 * number
    return dt.date(months // 12, months % 12 + 1, 1)


def came(quarter: int) -> dt.datetime:
    """When the files of a quarter came."""
    return dt.datetime.combine(quarter_start(quarter + 1) + dt.timedelta(days=9), dt.time(9))


def closed(quarter: int) -> dt.date:
    """A day after the close of a quarter, one quarter after its end, on which the next is still open."""
    return quarter_start(quarter + 2) + dt.timedelta(days=4)


def made_world(seed: int, people: int = 1500, targets: int = 40, partners: tuple[str, ...] = tuple(KINDS)) -> World:
    """So many people; the first of them are targets, each with each condition at even odds."""
    chance = random.Random(seed)
    everyone = [_person(chance, n, partners, is_target=n < targets) for n in range(people)]
    world = World(seed, everyone, everyone[:targets])
    for person in everyone:
        for partner in person.at:
            for dataset, rows in facts(chance, person, partner).items():
                world.add(partner, dataset, *rows)
    return world


def _person(chance: random.Random, number: int, partners: tuple[str, ...], *, is_target: bool) -> Person:
    place = chance.choice(list(ZIPS))
    about: Row = {
        "sex": chance.choice(["female", "male"]), "birth_year": chance.randrange(1938, 2004),
        "race": chance.choices(["white", "black", "asian"], [60, 28, 12])[0],
        "language": chance.choices(["english", "spanish"], [4, 1])[0],
        "payer": chance.choice(["medicare", "medicaid"]), "zip": place, "county_fips": ZIPS[place],
    }  # fmt: skip
    odds = (
        dict.fromkeys(CONDITIONS, 0.5) if is_target else dict(zip(CONDITIONS, (0.6, 0.4, 0.4, 0.5, 0.25), strict=True))
    )
    has = {name for name in CONDITIONS if chance.random() < odds[name]}
    if "insecure" not in has:
        has.discard("connected")
    if is_target:
        return Person(_token(number), about | TARGET, frozenset(has), ["first_clinic", "first_hospital", "pantry"])
    at = chance.sample([p for p in partners if p != PROBER], chance.choices([1, 2, 3], [70, 20, 10])[0])
    if chance.random() < 0.12:
        at.append(PROBER)
    return Person(_token(number), about, frozenset(has), at)


def _token(number: int) -> str:
    return f"T{number:07X}"


def facts(chance: random.Random, person: Person, partner: str) -> dict[str, list[Row]]:
    """What a partner knows of a person, by dataset."""
    local = f"{partner[0].upper()}{partner[-1].upper()}-{person.token[1:]}"
    found: dict[str, list[Row]] = {
        "patients": [{"patient_id": local, "person_token": person.token, **person.describes}]
    }
    # A target's facts lie in both of the newest years; others' anywhere.
    days = (
        125 + chance.randrange(240)
        if person.describes["birth_year"] == TARGET["birth_year"]
        else chance.randrange(10, 385)
    )
    day = START + dt.timedelta(days=days)
    if "clinical_events" in SENDS[KINDS[partner]]:
        found |= care(local, day, person.has, chance.choice([118, 126, 134, 146, 158]))
    if "food_security" in SENDS[KINDS[partner]] and (KINDS[partner] == "food_bank" or chance.random() < 0.3):
        found["food_security"] = [screen(local, day, person.has)]
    if "hospital_stays" in SENDS[KINDS[partner]]:
        found["hospital_stays"] = stays(local, day, person.has)
    return found


def care(local: str, day: dt.date, has: frozenset[str] | set[str], systolic: int) -> dict[str, list[Row]]:
    """A visit with a reading, and the diagnoses."""
    events: list[Row] = [{"patient_id": local, "event": "office_visit", "starts_on": day, "status": "finished"}]
    events += [
        {"patient_id": local, "event": name, "starts_on": START + dt.timedelta(days=4)}
        for name in ("hypertension", "diabetes") if name in has
    ]  # fmt: skip
    reading: Row = {"patient_id": local, "measured_on": day, "systolic": systolic, "diastolic": 78}
    return {"clinical_events": events, "blood_pressure": [reading]}


def screen(local: str, day: dt.date, has: frozenset[str] | set[str]) -> Row:
    """One food-security screen, with help where it was arranged."""
    return {
        "patient_id": local, "screened_on": day, "instrument": "hunger_vital_sign",
        "items": "A;N" if "insecure" in has else "N;N",
        "intervention_on": day + dt.timedelta(days=5) if "connected" in has else None,
    }  # fmt: skip


def stays(local: str, day: dt.date, has: frozenset[str] | set[str]) -> list[Row]:
    """Two stays: the second within 30 days, or long after."""
    again = day + dt.timedelta(days=12 if "readmitted" in has else 63)
    return [
        {"stay_id": f"{local}-{n}", "patient_id": local, "admitted_on": on, "discharged_on": on + dt.timedelta(days=2),
         "stay_type": "inpatient", "disposition": "home", "planned": "no", "principal_diagnosis": "I50.9"}
        for n, on in enumerate((day, again))
    ]  # fmt: skip
