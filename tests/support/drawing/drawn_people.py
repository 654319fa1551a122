"""People of a random partnership, and what happens to each: the rows that a partner has of them."""

import datetime as dt
import random
from dataclasses import dataclass, field

from schemas.datasets.community_files import ITEMS_OF
from schemas.vocabularies.code_lists import DISPOSITION
from tests.oracles.drawn_referrals import drawn_program, drawn_referral
from tests.oracles.scope_rows import DAY, end_of_month, months_later
from tests.support.partnerships import Row

LONG_AGO = dt.date(2012, 1, 1)


CONDITIONS = ("O80", "P07.3", "P07.30", "Z37.0", "Z38.00", "O99.324", "Z30.2", "C34.90", "D05.1", "D12.6", "D38.1", "D45",
              "Z85.3", "Z51.0", "Z51.11", "Z51.89", "Z44.101", "Z51.5", "F20.9", "f32.1", "F10.20", "F06.4", "T39.1X2A",
              "Z39.2", "Z34.90", "U07.1")  # fmt: skip
"""Diagnoses of every list, some that are on none, and some that are no whole code."""
PROCEDURES = ("0SR90JZ", "30230AZ", "5A1D70Z", "5a1d70z", "0QS634Z", "0ZZ9ZZZ", "5A1D70Z;0SR90JZ", "0ZZ9ZZZ, 0sr90jz",
              "5A1D70Z 30230AZ", "0ZZ9ZZZ|5A1D70Z")  # fmt: skip


@dataclass
class Person:
    """Someone at one or more partners: `ids` holds (partner, local id); `days` what has happened so far."""

    token: str | None
    born: dt.date
    ids: list[tuple[str, str]]
    days: list[dt.date] = field(default_factory=list)
    sex: str = "female"


def likely(admitted: dt.date, discharged: dt.date | None) -> float | None:
    """A probability that follows from the dates: of two stays with the same ones either may discharge the person."""
    days = admitted.toordinal() + (discharged or admitted).toordinal()
    return (0.05, 0.125, 0.2, 0.318, 1, 0, None)[days % 7]


class Drawing:
    """One random partnership being drawn."""

    def __init__(self, seed: int, partners: tuple[str, ...], people: int) -> None:
        self.rng = random.Random(seed)
        self.partners = partners
        self.coded = {partner for partner in partners if self.chance(0.7)}  # who sends procedures
        self.first = months_later(dt.date(2023, 1, 1), self.rng.randrange(12))
        self.last = end_of_month(months_later(self.first, self.rng.choice([5, 11, 12, 14, 17, 19])))
        if self.chance(0.3):
            self.first += self.rng.randrange(40) * DAY
            self.last -= self.rng.randrange(40) * DAY
        starts = [months_later(self.first, n) for n in range(22)]
        self.edges = [d for d in starts if self.first <= d <= self.last + DAY] or [self.first]
        self.people = [self._person(n) for n in range(people)]
        self.stays = self.referred = 0

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self.rng.random() < share

    def some(self, *values: object) -> object:
        """One of the values."""
        return self.rng.choice(values)

    def day(self, person: Person) -> dt.date:
        """A day within the data, most often next to an edge or to another day of the person."""
        kind = self.rng.random()
        if kind < 0.35:
            day = self.rng.choice(self.edges) + self.rng.choice([-1, -1, 0, 0, 1]) * DAY
        elif kind < 0.7 and person.days:
            day = self.rng.choice(person.days) + self.rng.choice([0, 0, 1, 2, 29, 30, 31]) * DAY
        else:
            day = self.first + self.rng.randrange((self.last - self.first).days + 1) * DAY
        day = min(max(day, self.first), self.last)
        person.days.append(day)
        return day

    def _person(self, number: int) -> Person:
        edge = self.rng.choice(self.edges)
        age = self.rng.choice([17, 18, 18, 40, 64, 66, 66, 75, 81, 81, 85, 86])
        month_start = (edge.month, 1) if not self.chance(0.1) else (2, 28)
        born = dt.date(edge.year - age, *month_start) + self.rng.choice([-1, 0, 1]) * DAY
        known_to = self.rng.sample(self.partners, self.rng.choice([1, 1, 2, min(3, len(self.partners))]))
        ids = [(partner, f"P{number:03d}") for partner in known_to]
        if self.chance(0.1):
            ids.append((known_to[0], f"Q{number:03d}"))
        sex = str(self.some("female", "male", "declined"))
        return Person(f"T{number:03d}" if self.chance(0.8) else None, born, ids, sex=sex)

    def _token(self, person: Person) -> str | None:
        """The person's token; seldom none, or by mistake another's."""
        one = person if self.chance(0.97) else self.rng.choice(self.people)
        return one.token if self.chance(0.93) else None

    def patients(self, person: Person, partner: str, local: str) -> list[Row]:
        """The person's row at one partner, with gaps and contradictions; seldom none."""
        if self.chance(0.05):
            return []
        born = person.born if self.chance(0.95) else person.born + 400 * DAY
        return [{
            "patient_id": local, "person_token": self._token(person),
            "birth_date": born if self.chance(0.85) else None,
            "birth_year": born.year if self.chance(0.3) else None,
            "sex": person.sex if self.chance(0.85) else self.some("female", "male", "declined", None),
            "race": self.some("white", "black", "white;asian", "hispanic;white", "declined", "unknown", None,
                              "declined;unknown", "other;unknown"),
            "ethnicity": self.some("hispanic", "not_hispanic", "not_hispanic", "declined", "unknown", None, None),
            "language": self.some("english", "spanish", None), "payer": self.some("medicare", "uninsured", None),
            "zip": self.some("02139", "02140", None), "county_fips": self.some("25017", None),
        }]  # fmt: skip

    def hospital_stays(self, person: Person, partner: str, local: str) -> list[Row]:
        """Stays that follow, touch and overlap each other."""
        rows: list[Row] = []
        for _ in range(self.rng.choice([0, 1, 2, 3, 4])):
            self.stays += 1
            admitted = self.day(person)
            length = self.rng.choice([0, 0, 1, 2, 5, 12] if self.chance(0.95) else [364, 365])
            discharged = min(admitted + length * DAY, self.last)
            person.days.append(discharged)
            discharged_on = None if self.chance(0.07) else discharged
            rows.append({
                "stay_id": f"S{self.stays}", "patient_id": local, "admitted_on": admitted,
                "discharged_on": discharged_on,
                "stay_type": "observation" if self.chance(0.12) else "inpatient",
                "hospital": self.some(None, None, "North", "South"),
                "disposition": self.some("home", "home", "home", "home_health", None, self.some(*DISPOSITION.terms)),
                "planned": self.some("no", None, None, "yes"),
                "expected_probability": likely(admitted, discharged_on),
                "principal_diagnosis": self.some(None, "I50.9", "M16.11", "I10", self.some(*CONDITIONS)),
                "procedures": self.some(None, None, self.some(*PROCEDURES)) if partner in self.coded else None,
            })  # fmt: skip
        return rows

    def clinical_events(self, person: Person, partner: str, local: str) -> list[Row]:
        """Diagnoses, visits, exclusions and where the person lives."""
        rows = [self._diagnosis(person, local, "hypertension") for _ in range(self.rng.choice([0, 1, 1, 2]))]
        rows += [self._visit(person, local, "office_visit") for _ in range(self.rng.choice([0, 1, 1, 2, 3]))]
        rows += [self._visit(person, local, str(self.some("telephone_visit", "emergency_visit", "inpatient_stay")))
                 for _ in range(self.rng.choice([0, 0, 1, 2]))]  # fmt: skip
        for name in ("frailty", "advanced_illness", "dementia_medication"):
            rows += [self._diagnosis(person, local, name)] if self.chance(0.3) else []
        for name in ("hospice", "palliative_care", "pregnancy", "end_stage_renal_disease", "ckd_stage_5",
                     "kidney_transplant_recipient"):  # fmt: skip
            rows += [self._diagnosis(person, local, name)] if self.chance(0.03) else []
        for name in ("dialysis", "kidney_transplant", "esrd_monthly_service"):
            rows += [self._visit(person, local, name)] if self.chance(0.03) else []
        rows += [self._visit(person, local, name) for name in ("nursing_home", "other_housing") if self.chance(0.15)]
        rows += [self._visit(person, local, "died")] if self.chance(0.08) else []
        rows += [self._diagnosis(person, local, "diabetes") for _ in range(self.rng.choice([0, 1, 1, 2]))]
        return rows

    def _diagnosis(self, person: Person, local: str, name: str) -> Row:
        starts = self.day(person)
        if self.chance(0.4):
            starts -= self.rng.choice([180, 365, 366, 400, 800]) * DAY
        ends = starts + self.rng.choice([0, 30, 181, 365, 500]) * DAY if self.chance(0.4) else None
        if ends and self.chance(0.3):
            ends = max(starts, self.rng.choice(self.edges) + self.rng.choice([-1, 0]) * DAY)
        status = self.some(
            None, None, "confirmed", "provisional", "differential", "unconfirmed", "refuted", "entered_in_error",
            self.some("confirmed", "finished", "planned"),
        )  # fmt: skip
        return {"patient_id": local, "event": name, "starts_on": starts, "ends_on": ends, "status": status}

    def _visit(self, person: Person, local: str, name: str) -> Row:
        starts = self.day(person)
        ends = starts + self.rng.choice([0, 1, 6]) * DAY if self.chance(0.5) else None
        status = self.some(
            None, None, "finished", "finished", "in_progress", "planned", "cancelled", self.some("confirmed", "refuted")
        )
        return {"patient_id": local, "event": name, "starts_on": starts, "ends_on": ends, "status": status}

    def blood_pressure(self, person: Person, partner: str, local: str) -> list[Row]:
        """Readings about the two thresholds, several on a day, some with one component."""
        rows: list[Row] = []
        for _ in range(self.rng.choice([0, 1, 2, 3, 4])):
            both = self.rng.random()
            rows.append({
                "patient_id": local, "measured_on": self.day(person),
                "systolic": None if both < 0.12 else self.some(120, 139, 139.9, 140, 141, 160),
                "diastolic": None if both > 0.88 else self.some(70, 89, 89.9, 90, 91),
                "setting": self.some(None, None, "office", "home", "remote_device", "ambulatory", "emergency",
                                     "inpatient"),
            })  # fmt: skip
        return rows

    def food_security(self, person: Person, partner: str, local: str) -> list[Row]:
        """Screens of every questionnaire, complete and not, with and without help."""
        return [self._screen(person, local) for _ in range(self.rng.choice([0, 0, 1, 2, 3]))]

    def _answers(self, size: int) -> str:
        """Answers at random; often few are affirmed or missing, cut short, or blank where the forms skip items."""
        answers = self.rng.choices(
            ["A", "N", "D", ""], self.rng.choice([[3, 4, 2, 1], [1, 6, 1, 0], [2, 6, 0, 1]]), k=size
        )
        if size >= 6 and self.chance(0.4):
            answers[:3] = self.rng.choices(["N", "D"], [5, 1], k=3)
            answers[3:10] = [""] * len(answers[3:10])
        if size >= 10 and self.chance(0.3):
            answers[8:10] = [""] * 2
        if size >= 6 and self.chance(0.3):
            answers[3 if size == 6 else 4] = ""
        if size == 18 and self.chance(0.6):
            answers[10:] = [""] * 8 if self.chance(0.6) else ["N", "D", "N", "", "", "", "", ""]
        return ";".join(answers if self.chance(0.8) else answers[: self.rng.choice([1, 2, 3])])

    def _screen(self, person: Person, local: str) -> Row:
        instrument = str(
            self.some("hunger_vital_sign", "hunger_vital_sign", "usda_6", "usda_10", "usda_18", "result_only")
        )
        size = ITEMS_OF.get(instrument, 0)
        answers = self._answers(size)
        by = self.rng.random()
        day = self.day(person)
        helped = day + self.rng.choice([0, 1, 29, 30, 31, 45]) * DAY
        person.days.append(min(helped, self.last))
        result = self.some(
            "at_risk", "not_at_risk", "low", "very_low", "marginal", "full", "secure", "insecure", "incomplete"
        )
        return {
            "patient_id": local, "screened_on": day, "instrument": instrument,
            "items": answers if answers.strip(";") and by < 0.7 else None,
            "raw_score": self.rng.randrange(size + 1) if size and by > 0.6 else None,
            "result": result if by > 0.8 or by < 0.1 or not answers.strip(";") or not size else None,
            "children_in_household": self.some("yes", "no", None), "unit": self.some("person", "household", None),
            "intervention_on": helped if self.chance(0.4) else None,
        }  # fmt: skip

    def referrals(self, person: Person, partner: str, local: str) -> list[Row]:
        """Referrals about a week apart, to the fifth working day, the 90th and the 365th, some in several rows."""
        return [row for _ in range(self.rng.choice([0, 1, 1, 2, 4])) for row in drawn_referral(self, person, local)]

    def food_programs(self, person: Person, partner: str, local: str) -> list[Row]:
        """Times in a program that end about a period's end, with shares next to three quarters."""
        return [row for _ in range(self.rng.choice([0, 1, 1, 2])) for row in drawn_program(self, person, local)]
