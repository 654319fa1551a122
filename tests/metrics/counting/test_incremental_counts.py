"""Counts that follow each step equal counts worked out anew: after any sequence of accepting, correcting,
withdrawing and accepting again, from the store itself, from a new store with the accepted files, and by the oracle.
"""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from data.ledger.data_folder import KEY
from data.ledger.submissions import Window
from tests.oracles.naive import oracle
from tests.oracles.scope_rows import DAY, end_of_month
from tests.oracles.test_oracles import differences
from tests.support.drawing.drawn_people import LONG_AGO, Drawing, likely
from tests.support.drawing.random_rows import MEASURES, random_choices, within
from tests.support.partnerships import Row, Sent, fresh
from workflow import administering

pytestmark = pytest.mark.both_stores

SEQUENCES, QUICK, STEPS = 60, 1, 8
PARTNERS = ("alder", "birch", "cedar")


class Sequence:
    """A partnership to which one thing after another happens."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.drawing = Drawing(seed, PARTNERS, people=12)
        self.rng = self.drawing.rng
        self.datasets = list(MEASURES.values())[seed % len(MEASURES)]
        self.partnership = fresh(folder, PARTNERS, **random_choices(seed))
        self.withdrawn: list[Sent] = []
        self.stays: dict[str, dict[str, Row]] = {partner: {} for partner in PARTNERS}

    def step(self) -> str:
        """Send a new file, take one back, or accept one again; says which."""
        kind, accepted = self.rng.random(), self.partnership.accepted
        if kind < 0.3 and accepted:
            sent = self.rng.choice(accepted)
            self.partnership.withdraw(sent)
            self.withdrawn.append(sent)
            return f"withdraw {sent.submission}: {sent.partner} {sent.dataset} {sent.covers}"
        if kind < 0.45 and self.withdrawn:
            sent = self.withdrawn.pop(self.rng.randrange(len(self.withdrawn)))
            self.partnership.accept(sent)
            return f"accept {sent.submission} again: {sent.partner} {sent.dataset} {sent.covers}"
        return self.send(self.rng.choice(self.datasets))

    def send(self, dataset: str) -> str:
        """A file of a random partner: of some people, or of a window of days (all, a quarter, a month, a day)."""
        partner = self.rng.choice(PARTNERS)
        window = None if dataset == "patients" else self.window(dataset)
        rows = self.rows(partner, dataset, self.rng.choice([0.2, 1]) if window is None else 1)
        rows = within(rows, dataset, window) if window else rows
        if not rows:
            return "nothing to send"
        sent = self.partnership.send(partner, dataset, rows, window)
        self.stays[partner] |= {str(row["stay_id"]): row for row in rows if "stay_id" in row}
        return f"accept {sent.submission}: {partner} {dataset} {sent.covers}"

    def window(self, dataset: str) -> Window:
        """Days to cover."""
        days = self.rng.choice([0, 30, 91, 182, None])
        if days is None:
            return Window(LONG_AGO if dataset == "clinical_events" else self.drawing.first, self.drawing.last)
        start = min(self.rng.choice(self.drawing.edges), self.drawing.last)
        return Window(start, min(start + days * DAY, self.drawing.last))

    def rows(self, partner: str, dataset: str, share: float) -> list[Row]:
        """New rows of the partner's people; half of the time also stays sent before, otherwise discharged."""
        made = [
            row
            for person in self.drawing.people
            for who, local in person.ids
            if who == partner and self.drawing.chance(share)
            for row in getattr(self.drawing, dataset)(person, partner, local)
        ]
        if dataset == "hospital_stays" and self.drawing.chance(0.5):
            made += [self.moved(row) for row in self.stays[partner].values() if self.drawing.chance(0.3)]
        return made

    def moved(self, stay: Row) -> Row:
        """The stay with other dates: it may now lie in another window than before."""
        admitted, end = stay["admitted_on"], stay["discharged_on"] or stay["admitted_on"]
        admitted = min(max(admitted + self.rng.choice([0, 0, -50]) * DAY, self.drawing.first), admitted)
        end = min(max(end + self.rng.choice([-40, 0, 2, 35]) * DAY, admitted), self.drawing.last)
        disposition = self.drawing.some("home", "hospice", "died")
        dates = {"admitted_on": admitted, "discharged_on": end, "expected_probability": likely(admitted, end)}
        return {**stay, **dates, "disposition": disposition}


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.heavy] if n >= QUICK else []) for n in range(SEQUENCES)]
)
def test_counts_that_follow_equal_counts_anew(tmp_path: Path, seed: int):
    sequence = Sequence(tmp_path / "followed", seed)
    partnership = sequence.partnership
    done = [sequence.send(dataset) for dataset in sequence.datasets]
    for _ in range(STEPS):
        done.append(sequence.step())
        assert differences(partnership.counts(), oracle(partnership)) == [], done
    followed = partnership.counts()
    administering.refresh(partnership.store)
    assert differences(followed, partnership.counts()) == []
    # With the same key: of two stays with the same days the order of their pseudonyms says which one ends an episode.
    (tmp_path / "anew").mkdir()
    shutil.copy(tmp_path / "followed" / KEY, tmp_path / "anew" / KEY)
    anew = fresh(tmp_path / "anew", PARTNERS, **random_choices(seed))
    anew.load((s.partner, s.dataset, s.rows, s.covers) for s in partnership.accepted)
    assert differences(followed, anew.counts()) == []
    partnership.close()
    anew.close()


def stays(first: dt.date, number: int, disposition: str = "home") -> list[Row]:
    """One stay of another person each day."""
    days = [first + n * DAY for n in range(number)]
    return [
        {"stay_id": f"S{d:%m%d}", "patient_id": f"P{d:%m%d}", "admitted_on": d, "discharged_on": d,
         "stay_type": "inpatient", "disposition": disposition}
        for d in days
    ]  # fmt: skip


def test_the_same_file_twice_is_one_submission_and_changes_nothing(tmp_path: Path):
    partnership = fresh(tmp_path / "p")
    rows = stays(dt.date(2024, 1, 1), 60)
    sent = partnership.send("alder", "hospital_stays", rows)
    before = partnership.counts()
    again = partnership.check("alder", "hospital_stays", rows)
    assert again.submission == sent.submission
    partnership.accept(sent)
    assert partnership.counts() == before
    assert len(partnership.accepted) == 1
    partnership.close()


def test_a_correction_replaces_exactly_its_window_and_its_withdrawal_gives_it_back(tmp_path: Path):
    partnership = fresh(tmp_path / "p")
    first = Window(dt.date(2024, 1, 1), dt.date(2024, 4, 30))
    partnership.send("alder", "hospital_stays", stays(first.first, 121), first)  # type: ignore[arg-type]
    before = partnership.counts()
    window = Window(dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    fix = partnership.send("alder", "hospital_stays", stays(dt.date(2024, 2, 1), 10, "died"), window)

    def month(n: int, stratifier: str = "all", category: str = "all") -> int:
        start = dt.date(2024, n, 1)
        key = ("readmission_any_hospital", "alder", "month", start, end_of_month(start), stratifier, category)
        return partnership.counts().get(key, (0, 0))[0]

    assert [month(n) for n in (1, 2, 3)] == [31, 0, 31]
    assert month(2, "exclusion", "died") == 10
    partnership.withdraw(fix)
    assert partnership.counts() == before
    assert [month(n) for n in (1, 2, 3)] == [31, 29, 31]
    partnership.close()


def screen(day: dt.date, answers: str, helped: dt.date | None = None) -> Row:
    """A Hunger Vital Sign of P1."""
    return {"patient_id": "P1", "screened_on": day, "instrument": "hunger_vital_sign", "items": answers,
            "intervention_on": helped}  # fmt: skip


@pytest.mark.heavy
def test_help_told_with_a_later_screen_reaches_back_to_the_month_of_the_positive_one(tmp_path: Path):
    partnership = fresh(tmp_path / "p")
    january = Window(dt.date(2024, 1, 1), dt.date(2024, 3, 31))
    partnership.send("alder", "food_security", [screen(dt.date(2024, 1, 20), "A;A")], january)
    later = Window(dt.date(2024, 4, 1), dt.date(2024, 4, 30))
    partnership.send("birch", "food_security", [{**screen(dt.date(2024, 4, 2), "A;N")}], later)
    window = Window(dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    partnership.send("alder", "food_security", [screen(dt.date(2024, 2, 5), "N;N", dt.date(2024, 2, 6))], window)
    key = ("connected_to_help", "alder", "month", dt.date(2024, 1, 1), dt.date(2024, 1, 31), "all", "all")
    assert partnership.counts()[key] == (1, 1)
    assert differences(partnership.counts(), oracle(partnership)) == []
    partnership.close()


@pytest.mark.heavy
def test_help_long_after_its_own_screen_reaches_forward_to_the_screen_it_answers(tmp_path: Path):
    partnership = fresh(tmp_path / "p")
    spring = Window(dt.date(2024, 1, 1), dt.date(2024, 6, 30))
    partnership.send("alder", "food_security", [screen(dt.date(2024, 5, 20), "A;A")], spring)
    window = Window(dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    partnership.send("alder", "food_security", [screen(dt.date(2024, 2, 5), "A;A", dt.date(2024, 5, 25))], window)
    assert differences(partnership.counts(), oracle(partnership)) == []
    fix = partnership.send("alder", "food_security", [screen(dt.date(2024, 2, 5), "A;N", dt.date(2024, 5, 25))], window)
    assert differences(partnership.counts(), oracle(partnership)) == []
    partnership.withdraw(fix)
    assert differences(partnership.counts(), oracle(partnership)) == []
    partnership.close()


@pytest.mark.parametrize("patient", [pytest.param("P1", marks=pytest.mark.heavy), "P2"])
@pytest.mark.parametrize("dataset", ["hospital_stays", pytest.param("blood_pressure", marks=pytest.mark.heavy)])
def test_a_stay_sent_again_with_far_other_dates_leaves_its_old_place(tmp_path: Path, dataset: str, patient: str):
    partnership = fresh(tmp_path / "p")
    year = Window(dt.date(2023, 1, 1), dt.date(2024, 12, 31))
    events = [{"patient_id": p, "event": e, "starts_on": dt.date(2024, m, 1)}
              for p in ("P1", "P2") for m in (1, 2, 3) for e in ("hypertension", "office_visit")]  # fmt: skip
    readings: list[Row] = [{"patient_id": p, "measured_on": dt.date(2024, m, 9), "systolic": 120, "diastolic": 70}
                           for p in ("P1", "P2") for m in range(1, 13)]  # fmt: skip
    partnership.send("alder", "clinical_events", events, year)
    if dataset == "blood_pressure":
        partnership.send("alder", "blood_pressure", readings, year)
    stay: Row = {"stay_id": "S1", "patient_id": "P1", "stay_type": "inpatient", "disposition": "hospice"}
    first = {**stay, "admitted_on": dt.date(2024, 2, 10), "discharged_on": dt.date(2024, 2, 20)}
    partnership.send("alder", "hospital_stays", [first], year)
    again = {**stay, "patient_id": patient, "admitted_on": dt.date(2024, 9, 1), "discharged_on": dt.date(2024, 9, 5)}
    fix = partnership.send("alder", "hospital_stays", [again], Window(dt.date(2024, 9, 1), dt.date(2024, 9, 30)))
    assert differences(partnership.counts(), oracle(partnership)) == []
    partnership.withdraw(fix)
    assert differences(partnership.counts(), oracle(partnership)) == []
    partnership.close()


@pytest.mark.heavy
def test_a_long_stay_reaches_back_to_the_index_stay_before_its_admission(tmp_path: Path):
    partnership = fresh(tmp_path / "p")
    stay: Row = {"patient_id": "P1", "stay_type": "inpatient", "disposition": "home"}
    index = {**stay, "stay_id": "S1", "admitted_on": dt.date(2023, 12, 9), "discharged_on": dt.date(2023, 12, 10)}
    other = {**index, "stay_id": "S2", "patient_id": "P2"}
    partnership.send("alder", "hospital_stays", [index], Window(dt.date(2023, 1, 1), dt.date(2024, 2, 29)))
    partnership.send("birch", "hospital_stays", [other], Window(dt.date(2023, 1, 1), dt.date(2024, 4, 30)))
    long = {**stay, "stay_id": "S3", "admitted_on": dt.date(2024, 1, 1), "discharged_on": dt.date(2024, 3, 15)}
    sent = partnership.send("alder", "hospital_stays", [long], Window(dt.date(2024, 3, 1), dt.date(2024, 3, 31)))
    december = ("readmission_any_hospital", "alder", "month", dt.date(2023, 12, 1), dt.date(2023, 12, 31), "all", "all")
    assert partnership.counts()[december][:2] == (1, 1)
    partnership.withdraw(sent)
    assert partnership.counts()[december][:2] == (1, 0)
    assert differences(partnership.counts(), oracle(partnership)) == []
    partnership.close()


@pytest.mark.heavy
def test_the_next_file_ends_the_follow_up_of_referrals_of_people_who_are_not_in_it(tmp_path: Path):
    partnership = fresh(tmp_path / "p")

    def sent(day: dt.date) -> Row:
        return {"referral_id": f"R{day}", "patient_id": f"P{day}", "need": "food", "sent_on": day,
                "status": "requested", "status_on": day}  # fmt: skip

    spring = Window(dt.date(2024, 1, 1), dt.date(2024, 6, 30))
    partnership.send("alder", "referrals", [sent(dt.date(2024, 4, day)) for day in (1, 2, 3)], spring)
    april = ("referral_served", "alder", "month", dt.date(2024, 4, 1), dt.date(2024, 4, 30))
    before = partnership.counts()
    assert before[*april, "all", "all"] == (1, 0)  # 30 June is day 90 of 1 April
    assert before[*april, "exclusion", "no_follow_up"][0] == 2
    summer = partnership.send("alder", "referrals", [sent(dt.date(2024, 8, 1))],
                              Window(dt.date(2024, 7, 1), dt.date(2024, 9, 30)))  # fmt: skip
    assert partnership.counts()[*april, "all", "all"] == (3, 0)
    assert differences(partnership.counts(), oracle(partnership)) == []
    partnership.withdraw(summer)
    assert partnership.counts() == before
    partnership.close()
