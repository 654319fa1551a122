"""The oracle's ground: which rows count, who is who, which periods there are, and adding up.

Written from the definitions alone, as slow loops over Python rows: no SQL, and no module of `metrics`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from data.ledger.pseudonyms import HospitalCodes, Pseudonyms, domain
from metrics.indicators import indicators
from schemas.policy.partnership import Choices
from tests.support.partnerships import UNTOLD, Key, Sent

DAY = dt.timedelta(days=1)
Person = tuple[str, str]
Fact = dict[str, Any]
DATED = {
    "hospital_stays": ("discharged_on", "admitted_on"),
    "clinical_events": ("starts_on",),
    "blood_pressure": ("measured_on",),
    "food_security": ("screened_on",),
    "referrals": ("sent_on",),
    "food_programs": ("enrolled_on",),
}


class Span(NamedTuple):
    """A period, both days included."""

    kind: str
    start: dt.date
    end: dt.date


class Unit(NamedTuple):
    """One person or stay considered in a period: counted, or left out for `reason`."""

    person: Person
    reason: str | None
    met: bool
    age: int | None
    """The age reached in the year of the period's end, or of the admission."""
    own: dict[str, str] = {}  # noqa: RUF012 - never changed
    value: Decimal | None = None
    """What is averaged, where the measure is a mean."""
    untold: bool = False
    """Met, though a fact was not sent that could have it not met."""
    likely: Decimal | None = None
    """How likely its sender held it to meet the measure, where the measure is held against that."""
    stay: tuple[str, str] | None = None
    """Partner and id of the stay (or referral) that it is, where it is no person."""
    rows: dict[str, list[Fact]] = {}  # noqa: RUF012 - never changed
    """What decided about it -> the rows that may be the one: of several alike any."""


@dataclass
class ScopeRows:
    """What one owner sees: its rows by person, each row with `partner`, `rank` and `row` besides its cells."""

    owner: str
    rows: dict[str, dict[Person, list[Fact]]]
    windows: dict[tuple[str, str], list[tuple[dt.date, dt.date]]]
    """(partner, dataset) -> the windows of all accepted files."""
    choices: Choices
    people: dict[Person, dict[str, Any]] = field(default_factory=dict)
    sharing: dict[Person, str] = field(default_factory=dict)
    """Of a person known to several partners, which: in alphabetical order, with a + between them."""

    def of(self, dataset: str, person: Person) -> list[Fact]:
        """The person's rows of a dataset."""
        return self.rows[dataset].get(person, [])

    def last_covered(self, partner: str, dataset: str) -> dt.date:
        """The last day that the partner's data covers."""
        return max(last for _, last in self.windows[partner, dataset])

    def covers(self, partner: str, dataset: str, span: Span) -> bool:
        """Whether the partner's data touches the period."""
        return any(a <= span.end and b >= span.start for a, b in self.windows.get((partner, dataset), []))


def scopes(accepted: list[Sent], choices: Choices, key: bytes) -> Iterator[ScopeRows]:
    """A scope for each partner, and `linked`, in which a person known to several partners is one person.

    `key` only settles the order of two stays of a person with the same two dates, and of two referrals sent on one day:
    that of their pseudonyms.
    """
    windows: dict[tuple[str, str], list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for sent in accepted:
        if sent.covers.first and sent.covers.last:
            windows[sent.partner, sent.dataset].append((sent.covers.first, sent.covers.last))
    rows = {dataset: list(in_force(accepted, dataset)) for dataset in (*DATED, "patients")}
    rows["hospital_stays"] = as_last_sent(rows["hospital_stays"], key)
    for fact in rows["referrals"]:
        fact["order"] = Pseudonyms(key, domain("referral_id", fact["partner"])).code(fact["referral_id"])
    who = identities(rows["patients"])
    known_to: dict[Person, set[str]] = defaultdict(set)
    for (partner, _), person in who.items():
        known_to[person].add(partner)
    sharing = {person: "+".join(sorted(partners)) for person, partners in known_to.items() if len(partners) > 1}
    for owner in (*{s.partner: None for s in accepted}, "linked"):
        mine: dict[str, dict[Person, list[Fact]]] = {name: defaultdict(list) for name in rows}
        for name, facts in rows.items():
            for fact in facts:
                if owner in ("linked", fact["partner"]):
                    local = (fact["partner"], fact["patient_id"])
                    mine[name][who.get(local, local)].append(fact)
        scope = ScopeRows(owner, mine, windows, choices, sharing=sharing)
        scope.people = {person: attributes(facts) for person, facts in mine["patients"].items()}
        yield scope


def in_force(accepted: list[Sent], dataset: str) -> Iterator[Fact]:
    """Rows whose day was last taken over by their own file (patients: the rows of all accepted files)."""
    for sent in accepted:
        if sent.dataset != dataset:
            continue
        later = [s for s in accepted if (s.partner, s.dataset) == (sent.partner, dataset) and s.rank > sent.rank]
        filled = {column for cells in sent.rows for column, cell in cells.items() if cell is not None}
        for number, cells in enumerate(sent.rows):
            fact = {**cells, "filled_in_file": filled, "partner": sent.partner, "rank": sent.rank, "row": number}
            day = next((fact[c] for c in DATED.get(dataset, ()) if fact.get(c)), None)
            if day is None or not any(s.covers.first <= day <= s.covers.last for s in later):
                yield fact


def as_last_sent(stays: list[Fact], key: bytes) -> list[Fact]:
    """A stay that two accepted files hold (still open in the first) counts once, as last sent."""
    last: dict[tuple[str, str], Fact] = {}
    for stay in sorted(stays, key=lambda s: s["rank"]):
        code = Pseudonyms(key, domain("stay_id", stay["partner"])).code(stay["stay_id"])
        named = HospitalCodes(key, stay["partner"]).code(stay["hospital"]) if stay.get("hospital") else ""
        last[stay["partner"], stay["stay_id"]] = {**stay, "order": code, "hospital_code": named}
    return list(last.values())


def identities(patients: list[Fact]) -> dict[tuple[str, str], Person]:
    """(partner, patient id) -> whom the token last sent for it stands for: one person where birth year and sex are
    known and agree, else nobody outside the partner."""
    known: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for fact in sorted(patients, key=lambda f: (f["rank"], f["row"])):
        born = fact["birth_date"].year if fact.get("birth_date") else fact.get("birth_year")
        cells = {"token": fact.get("person_token"), "born": born, "sex": fact.get("sex")}
        known[fact["partner"], fact["patient_id"]] |= {k: v for k, v in cells.items() if v is not None}
    return {
        (partner, patient): (cells["token"], f"{cells['born']} {cells['sex']}" if len(cells) == 3 else partner)
        for (partner, patient), cells in known.items()
        if "token" in cells
    }


def attributes(facts: list[Fact]) -> dict[str, Any]:
    """The person's latest value of each column that has one, and what follows from them."""
    latest: dict[str, Any] = {}
    for fact in sorted(facts, key=lambda f: (f["rank"], f["row"])):
        born = fact.get("birth_date") or (dt.date(fact["birth_year"], 7, 1) if fact.get("birth_year") else None)
        latest |= {k: v for k, v in {**fact, "born": born}.items() if v is not None}
    return {**latest, "race_ethnicity": race_ethnicity(latest.get("race"), latest.get("ethnicity"))}


def race_ethnicity(race: str | None, ethnicity: str | None) -> str | None:
    """Hispanic of any race first; then several named races, one, declined, unknown, and None for not reported."""
    words = set((race or "").split(";")) - {""}
    if ethnicity == "hispanic" or "hispanic" in words:
        return "hispanic"
    named = words - {"declined", "unknown"}
    if named:
        return named.pop() if len(named) == 1 else "more_than_one"
    for word in ("declined", "unknown"):
        if word in words or (not words and ethnicity == word):
            return word
    return None


def age_on(born: dt.date | None, day: dt.date) -> int | None:
    """Completed years. Who was born on 29 February has the birthday on 28 February in other years."""
    if born is None:
        return None
    birthday = (born.month, born.day)
    if birthday == (2, 29) and (day.month, day.day) == (2, 28) and (day + DAY).day == 1:
        birthday = (2, 28)
    return day.year - born.year - ((day.month, day.day) < birthday)


def spans(accepted: list[Sent], dataset: str) -> list[Span]:
    """Rolling years by quarter and months that the dataset's windows, taken together, can fill."""
    first = min((s.covers.first for s in accepted if s.dataset == dataset and s.covers.first), default=None)
    last = max((s.covers.last for s in accepted if s.dataset == dataset and s.covers.last), default=None)
    if first is None or last is None:
        return []
    starts = [dt.date(y, m, 1) for y in range(first.year - 2, last.year + 2) for m in range(1, 13)]
    years = [Span("year", s, s.replace(year=s.year + 1) - DAY) for s in starts if s.month % 3 == 1]
    months = [Span("month", s, end_of_month(s)) for s in starts]
    whole = [y for y in years if first <= y.start and y.end <= last]
    whole = whole or [y for y in years if y.end >= last][:1]
    inside = [m for m in months if first <= m.start and m.end <= last]
    return whole + (inside or [m for m in months if m.start <= last and m.end >= first])


def end_of_month(day: dt.date) -> dt.date:
    """The last day of the month."""
    return (day.replace(day=1) + 31 * DAY).replace(day=1) - DAY


def months_later(day: dt.date, months: int) -> dt.date:
    """The first day of a month so many months after that of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def age_in_year(scope: ScopeRows, person: Person, day: dt.date) -> int | None:
    """The age that the person reaches in the year of a day."""
    born = scope.people.get(person, {}).get("born")
    return None if born is None else day.year - born.year


def age_band(age: int | None) -> str | None:
    """The bands of the strata."""
    if age is None:
        return None
    bands = ((18, "0-17"), (40, "18-39"), (65, "40-64"), (75, "65-74"))
    return next((name for top, name in bands if age < top), "75+")


Counted = dict[Key, tuple[Any, ...]]
"""(denominator, numerator) of a rate; (denominator, total, sum of squares) of a mean."""
Units = Callable[[ScopeRows, Span], Iterable[Unit]]
STRATA = ("race_ethnicity", "sex", "language", "payer")
CROSSED = (*(("race_ethnicity", other) for other in ("age_band", "language", "place")), ("age_band", "sex"))
"""Two groupings at once."""


def add_one(key: Key, unit: Unit, into: Counted) -> None:
    """Add a unit to one count."""
    if key[5] not in ("exclusion", UNTOLD) and indicators()[key[0]].expected:
        n, met, sum_of, known = into.get(key, (0, 0, Decimal(0), 0))
        into[key] = (n + 1, met + unit.met, sum_of + (unit.likely or 0), known + (unit.likely is not None))
    elif unit.value is None:
        n, met = into.get(key, (0, 0))
        into[key] = (n + 1, met + unit.met)
    else:
        n, total, squares = into.get(key, (0, 0, 0))
        into[key] = (n + 1, total + unit.value, squares + unit.value**2)


def add_total(indicator: str, owner: str, span: Span, units: Iterable[Unit], into: Counted) -> None:
    """Add units to the year's total of an owner that has no other counts."""
    for unit in units if span.kind == "year" else ():
        if not unit.reason:
            add_one((indicator, owner, *span, "all", "all"), unit, into)
            if unit.untold:
                add_one((indicator, owner, *span, UNTOLD, "all"), unit._replace(met=False), into)


def add_up(indicator: str, scope: ScopeRows, span: Span, units: Iterable[Unit], into: Counted) -> None:
    """Add a partner's units to its counts and to the partnership's: everyone, each reason, and (years only) each
    stratum and each pair of strata."""

    def add(stratifier: str, category: str | None, unit: Unit) -> None:
        for owner in (scope.owner, "partnership"):
            add_one((indicator, owner, *span, stratifier, category or "not_reported"), unit, into)

    for unit in units:
        if unit.reason:
            add("exclusion", unit.reason, unit._replace(met=False, value=None))
            continue
        add("all", "all", unit)
        if unit.untold:
            add(UNTOLD, "all", unit._replace(met=False))
        if span.kind == "year":
            person = scope.people.get(unit.person, {})
            groups = {**{name: person.get(name) for name in STRATA}, "age_band": age_band(unit.age)}
            groups["place"] = f"{person.get('zip') or ''}/{person.get('county_fips') or ''}"
            for name, category in groups.items():
                add(name, category, unit)
            for pair in CROSSED:
                add("*".join(pair), "*".join(groups[name] or "not_reported" for name in pair), unit)
            for name, category in unit.own.items():
                add(name, category, unit)
