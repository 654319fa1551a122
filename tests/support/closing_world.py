"""A random partnership whose quarters close while single people change."""

import datetime as dt
import random
from pathlib import Path
from typing import Any

import polars as pl

from data.ledger.store import Store
from schemas.policy.partner import Partner
from schemas.policy.result_columns import RESULT_COLUMNS, RESULT_KEY
from schemas.policy.viewer import EVERYONE
from tests.support.drawing.random_rows import random_partnership
from tests.support.partnerships import TODAY, Row, Sent, TestPartnership
from workflow import administering, reading, releasing

NEWCOMER = Partner(id="newcomer", name="Newcomer", named=True)
_DAY_OF = {"hospital_stays": "discharged_on", "blood_pressure": "measured_on", "food_security": "screened_on"}


class ClosingWorld:
    """A partnership whose day can be set, with changes of one person at a time."""

    def __init__(self, folder: Path, seed: int, measure: str, people: int = 60) -> None:
        self.made: TestPartnership = random_partnership(folder, seed, measure, people)
        self.rng, self.day = random.Random(seed), TODAY
        self._number = 0
        self.hides(1)
        # By its own id: the letter of an unnamed partner may be another once a partner joins.
        named = [p.model_copy(update={"named": True}) for p in self.store.partnership.partners]
        self._settle(partners=tuple(named))

    @property
    def store(self) -> Store:
        return self.made.store

    def hides(self, smallest: int) -> None:
        """Hide counts from 1 to one less than this."""
        policy = self.store.partnership.policy.model_copy(update={"smallest_cell": smallest})
        self._settle(policy=policy)

    def on(self, today: dt.date) -> None:
        """Releases are made on this day from now on (files that are sent hold later days already)."""
        self.day = today

    def _settle(self, **changed: Any) -> None:
        self.store.partnership = self.store.partnership.model_copy(update=changed)

    def released(self) -> pl.DataFrame:
        """Make a release; its closed figures as everyone sees them."""
        later = self.store.partnership.today
        self._settle(today=self.day)
        releasing.publish(self.store)
        self._settle(today=later)
        found = reading.read_results(self.store, EVERYONE)
        return found.filter("closed").select(c for c in RESULT_COLUMNS if c != "release").sort(RESULT_KEY)

    def change(self, kind: str) -> None:
        """A change of about one person, of this kind; none once everybody has left."""
        if self._files(*_DAY_OF) and self._files("patients"):
            getattr(self, f"_{kind}")()

    def _files(self, *datasets: str) -> list[Sent]:
        """Files with rows, of these kinds."""
        return [s for s in self.made.accepted if s.dataset in datasets and len(s.rows) > 2]

    def _sent(self, *datasets: str) -> Sent:
        """One of them."""
        return self.rng.choice(self._files(*datasets))

    def _send_again(self, sent: Sent, rows: list[Row]) -> None:
        covers = sent.covers if sent.covers.first else None
        self._number += 1
        self.made.send(sent.partner, sent.dataset, rows, covers)

    def _correction(self) -> None:
        """One row is gone from a file that is sent again whole."""
        sent = self._sent(*_DAY_OF)
        rows = [dict(row) for row in sent.rows]
        rows.pop(self.rng.randrange(len(rows)))
        self._send_again(sent, rows)

    def _withdrawal(self) -> None:
        self.made.withdraw(self._sent(*_DAY_OF))

    def _attributes(self) -> None:
        """A person turns out to be a child of another sex and place."""
        sent = self._sent("patients")
        row = dict(self.rng.choice(sent.rows))
        row |= {"birth_date": None, "birth_year": 2019, "zip": "99999", "sex": "male"}
        self._send_again(sent, [row])

    def _diagnosis(self) -> None:
        """A diagnosis of long ago becomes known."""
        sent = self._sent("patients")
        event = {"patient_id": self.rng.choice(sent.rows)["patient_id"], "event": "hypertension",
                 "starts_on": dt.date(2015, 1, 1) + dt.timedelta(days=self._number)}  # fmt: skip
        self._number += 1
        self.made.send(sent.partner, "clinical_events", [event])

    def _leaving(self) -> None:
        """A partner takes all its files back."""
        partner = self._sent(*_DAY_OF).partner
        for sent in [s for s in self.made.accepted if s.partner == partner]:
            self.made.withdraw(sent)

    def _joining(self) -> None:
        """A partner sends a history that nobody had of it: one person's, of each kind of file there is."""
        others = self._files(*_DAY_OF)
        if NEWCOMER not in self.store.partnership.partners:
            self._settle(partners=(*self.store.partnership.partners, NEWCOMER))
        sent = self.rng.choice(others)
        self.made.send(NEWCOMER.id, sent.dataset, [dict(sent.rows[0])], sent.covers)

    def _choice(self) -> None:
        """The partnership settles a rule otherwise."""
        choices = self.store.partnership.choices
        other = not choices.observation_stays_count
        self._settle(
            choices=choices.model_copy(
                update={
                    "observation_stays_count": other,
                    "unknown_age_counts": not choices.unknown_age_counts,
                    "exclude_condition_stays": not choices.exclude_condition_stays,
                }
            )
        )
        administering.refresh(self.store)

    def close(self) -> None:
        self.made.close()


KINDS = ("correction", "withdrawal", "attributes", "diagnosis", "leaving", "joining", "choice")
