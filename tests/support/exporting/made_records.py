"""What truly happened to made-up people, by quarter: rows in our own columns, from which each system's file is written."""

import datetime as dt
import random
from dataclasses import dataclass
from functools import cached_property

from tests.support.partnerships import Row

HOSPITALS = ("North Campus", "South Campus")
DAY = dt.timedelta(1)


@dataclass(frozen=True)
class Records:
    """The records of a seed and a quarter of 2026 (1 or 2). `start`: letters before the number of each patient's id."""

    seed: int
    quarter: int
    start: str = "E"
    people: int = 60

    @cached_property
    def rng(self) -> random.Random:
        """Draws of this quarter alone."""
        return random.Random(f"{self.seed} {self.quarter}")

    @property
    def first(self) -> dt.date:
        """First day of the quarter."""
        return dt.date(2026, 3 * self.quarter - 2, 1)

    def day(self) -> dt.date:
        """Some day of the quarter."""
        return self.first + self.rng.randrange(88) * DAY

    @cached_property
    def ids(self) -> list[str]:
        """The same people in each quarter."""
        drawn = random.Random(self.seed)
        return [f"{self.start}{number:06}" for number in sorted(drawn.sample(range(10_000, 900_000), self.people))]

    @cached_property
    def patients(self) -> list[Row]:
        """Who they are."""
        drawn = random.Random(f"{self.seed} people")
        races = ["white", "black", "asian", "american_indian_alaska_native", "pacific_islander", "other", "declined"]
        return [
            {
                "patient_id": one, "birth_date": dt.date(1940, 1, 1) + drawn.randrange(22_000) * DAY,
                "sex": drawn.choice(["female", "male", "unknown"]), "race": drawn.choice(races),
                "ethnicity": drawn.choice(["hispanic", "not_hispanic", "declined"]),
                "language": drawn.choice(["english", "spanish", "vietnamese", "haitian_creole"]),
                "payer": drawn.choice(["medicare", "medicaid", "commercial", "uninsured"]),
                "zip": drawn.choice(["02139", "02144", "02155", "60614"]),
            }
            for one in self.ids
        ]  # fmt: skip

    @cached_property
    def stays(self) -> list[Row]:
        """Stays in two hospitals, one after the other for each person."""
        found = []
        for number, one in enumerate(self.ids):
            day = self.day()
            for again in range(self.rng.choice([0, 1, 1, 2])):
                out = day + self.rng.randrange(1, 9) * DAY
                found.append({
                    "stay_id": f"{self.quarter}{number:03}{again}77", "patient_id": one, "admitted_on": day,
                    "discharged_on": out, "stay_type": self.rng.choice(["inpatient"] * 4 + ["observation"]),
                    "hospital": self.rng.choice(HOSPITALS),
                    "disposition": self.rng.choice(["home", "home", "skilled_nursing", "home_health", "against_advice"]),
                    "principal_diagnosis": self.rng.choice(["I50.23", "J18.9", "E11.65", "N17.9"]),
                })  # fmt: skip
                day = out + self.rng.randrange(2, 40) * DAY
        return found

    @cached_property
    def events(self) -> list[Row]:
        """A visit for each reading; in the first quarter also diagnoses of hypertension, and some of diabetes."""
        onset = dt.date(2026, 1, 5)
        ill = [
            {"patient_id": one, "event": event, "starts_on": onset + (number % 28) * DAY, "status": "confirmed"}
            for number, one in enumerate(self.ids if self.quarter == 1 else [])
            for event in (["hypertension", "diabetes"] if number % 3 else ["hypertension"])
        ]
        seen = {(r["patient_id"], r["measured_on"]) for r in self.readings}
        visits = [
            {"patient_id": one, "event": "office_visit", "starts_on": day, "status": "finished"}
            for one, day in sorted(seen)
        ]
        return ill + visits

    @cached_property
    def readings(self) -> list[Row]:
        """One to three readings of each person."""
        return [
            {"patient_id": one, "measured_on": day, "systolic": self.rng.randrange(100, 180),
             "diastolic": self.rng.randrange(60, 99), "setting": "office"}
            for one in self.ids
            for day in sorted({self.day() for _ in range(self.rng.choice([1, 2, 3]))})
        ]  # fmt: skip

    @cached_property
    def screens(self) -> list[Row]:
        """A Hunger Vital Sign of most people."""
        return [
            {"patient_id": one, "screened_on": self.day(), "instrument": "hunger_vital_sign",
             "items": ";".join(self.rng.choice(["often true", "sometimes true", "never true"]) for _ in range(2))}
            for one in self.ids if self.rng.random() < 0.9
        ]  # fmt: skip

    def plain(self) -> dict[str, list[Row]]:
        """All of it, by dataset: what a partner would send that filled in our templates."""
        return {
            "patients": self.patients, "hospital_stays": self.stays, "clinical_events": self.events,
            "blood_pressure": self.readings, "food_security": self.screens,
        }  # fmt: skip
