"""A partner's list beside its rows: every difference under its reason, and the parts add up to both figures."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.submissions import NotPossible, Window
from data.receiving.sent_list import SentList
from metrics.counting.periods import year_ending
from metrics.indicators import indicators
from schemas.policy.viewer import Viewer
from tests.oracles.naive import ORACLES
from tests.oracles.scope_rows import Span, Unit, scopes
from tests.support.drawing.random_rows import MEASURES, random_partnership
from tests.support.partnerships import TestPartnership, fresh, one_copy_of
from workflow.reconciling import own_list
from workflow.reconciling.own_list import Asked, Part

YEAR_END, YEAR = dt.date(2025, 12, 31), Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
ALDER = Viewer(role="partner", partner_id="alder")
ASKED = Asked("Patient", "Controlled", "Counts")


def listed(text: str) -> SentList:
    return own_list.read_list(text.encode())


@pytest.fixture(scope="module")
def made_clinic(tmp_path_factory: pytest.TempPathFactory) -> TestPartnership:
    """P1 controlled, P2 not, P3 in hospice, P4 without a visit, P5 controlled and not in the list of the tests."""
    made = fresh(tmp_path_factory.mktemp("clinic") / "p", ["alder", "birch"])
    people = [f"P{n}" for n in range(1, 6)]
    made.send("alder", "patients", [{"patient_id": p, "birth_date": "1970-05-05", "sex": "female"} for p in people])
    events = [{"patient_id": p, "event": "hypertension", "starts_on": "2020-01-01"} for p in people]
    events += [{"patient_id": p, "event": "office_visit", "starts_on": "2025-03-03"} for p in people if p != "P4"]
    events += [{"patient_id": "P3", "event": "hospice", "starts_on": "2025-02-02", "ends_on": "2025-03-02"}]
    made.send("alder", "clinical_events", events, Window(dt.date(2020, 1, 1), YEAR.last))
    pressure = {"P1": 120, "P2": 160, "P3": 120, "P4": 120, "P5": 120}
    made.send("alder", "blood_pressure", [
        {"patient_id": p, "measured_on": "2025-06-01", "systolic": s, "diastolic": 70} for p, s in pressure.items()
    ], YEAR)  # fmt: skip
    made.close()
    return made


@pytest.fixture
def clinic(made_clinic: TestPartnership, tmp_path: Path) -> Iterator[TestPartnership]:
    yield from one_copy_of(made_clinic, tmp_path / "p")


def reconciled(made: TestPartnership, text: str, asked: Asked = ASKED) -> own_list.Reconciled:
    return own_list.reconcile(made.store, ALDER, "alder", "bp_control", YEAR_END, listed(text), asked)


def test_each_difference_has_its_reason_and_the_parts_add_up_to_both_figures(clinic: TestPartnership):
    found = reconciled(
        clinic,
        'Patient;Counts;Controlled\nP1;yes;no\nP2;1;1\nP3;yes;YES\nP4;y;y\nX9;true;false\n"P1";yes;no\n',
    )
    assert [(line.kind, line.reason, line.theirs, line.ours, [e.id for e in line.entries]) for line in found.lines] == [
        ("we_met", None, Part(1, 0), Part(1, 1), ["P1"]),
        ("they_met", None, Part(1, 1), Part(1, 0), ["P2"]),
        ("excluded", "hospice", Part(1, 1), Part(0, 0), ["P3"]),
        ("not_considered", None, Part(1, 1), Part(0, 0), ["P4"]),
        ("unknown", None, Part(1, 0), Part(0, 0), ["X9"]),
        ("not_listed", None, Part(0, 0), Part(1, 1), [""]),
    ]
    assert (found.theirs, found.ours, found.stands, found.again) == (Part(5, 3), Part(3, 2), Part(3, 2), 1)
    (unlisted,) = found.lines[-1].entries
    assert (unlisted.submission, unlisted.line) == (1, 6)


def test_one_whom_the_list_leaves_out_and_we_count_is_told_and_one_whom_both_leave_out_is_not(clinic: TestPartnership):
    found = reconciled(clinic, "Patient,Counts,Controlled\nP1,no,\nP3,0,0\nP2,yes,\nP5,x,x\n")
    assert [(line.kind, [e.id for e in line.entries]) for line in found.lines] == [
        ("same", ["P2", "P5"]), ("left_out", ["P1"]),
    ]  # fmt: skip


def test_without_a_column_of_who_counts_all_do(clinic: TestPartnership):
    found = reconciled(clinic, "MRN\tmet\nP1\t1\nP2\t0\nP5\t1\n", Asked("MRN", "met"))
    assert [line.kind for line in found.lines] == ["same"] and found.theirs == found.ours == Part(3, 2)


@pytest.mark.parametrize(
    ("text", "asked", "said"),
    [
        ("Patient,Controlled\nP1,perhaps\n", Asked("Patient", "Controlled"), "line 2 says neither yes nor no"),
        ("Patient,Controlled\n,yes\n", Asked("Patient", "Controlled"), "line 2 has no id"),
        ("Patient,Controlled\nP1,yes\n", Asked("Patient", "Patient"), "another column"),
        ("Patient,Controlled\nP1,yes\n", Asked("Patient", "Name"), "columns of this list"),
    ],
)
def test_what_cannot_be_compared_says_what_to_do_and_holds_no_cell(clinic, text: str, asked: Asked, said: str):
    with pytest.raises(NotPossible, match=said) as error:
        reconciled(clinic, text, asked)
    assert "perhaps" not in str(error.value) and "P1" not in str(error.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it needs a line"), (b"\0\x01\x02", "it is not text"), (b"PK\x03\x04 not a zip", "spreadsheet cannot be read"),
        (b"a,b\n1,2,3\n", "line 2 has another number of cells"), (b"a,a\n1,2\n", "the same name"),
        (b'a,b\n"1,2\n', "quotation mark"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_in_a_sentence(clinic: TestPartnership, data: bytes, said: str):
    with pytest.raises(NotPossible, match=said):
        own_list.columns(clinic.store, ALDER, "alder", data)


def test_nothing_of_a_list_is_kept(clinic: TestPartnership):
    reconciled(clinic, "Patient,Counts,Controlled\nCANARY77,1,1\n")
    clinic.close()
    for path in clinic.store.folder.rglob("*"):
        assert not path.is_file() or b"CANARY77" not in path.read_bytes()


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(24))
def test_every_line_is_that_of_the_oracle(tmp_path: Path, seed: int):
    """A list drawn at random from whom the naive count considers, whom it does not, and ids that nobody sent."""
    made, chance = random_partnership(tmp_path / "p", seed, list(MEASURES)[seed % len(MEASURES)]), random.Random(seed)
    tried = 0
    for scope in scopes(made.accepted, made.choices, made.store.key):
        if scope.owner == "linked":
            continue
        viewer = Viewer(role="partner", partner_id=scope.owner)
        for name, ends in own_list.years(made.store, viewer, scope.owner).items():
            year = year_ending(ends[0])
            units = list(ORACLES[name][1](scope, Span(year.kind, year.start, year.end)))
            ids = [ids_of(scope, unit) for unit in units]
            drawn = {i[0]: (chance.random() < 0.8, chance.random() < 0.5) for i in ids if chance.random() < 0.8}
            drawn |= {f"nobody{n}": (True, n % 2 == 0) for n in range(3)}
            rows = [(i, str(int(met)), str(int(counts))) for i, (counts, met) in drawn.items()]
            sent = SentList(("id", "met", "in"), tuple(enumerate(rows, 2)))
            found = own_list.reconcile(made.store, viewer, scope.owner, name, ends[0], sent, Asked("id", "met", "in"))
            got = Counter({(line.kind, line.reason): len(line.entries) for line in found.lines})
            assert got == expected(units, ids, drawn), (name, scope.owner, ends[0])
            ours = Part(sum(u.reason is None for u in units), sum(u.met and not u.reason for u in units))
            assert found.ours == ours, (name, scope.owner, ends[0])
            tried += 1
    made.close()
    assert tried


def ids_of(scope, unit: Unit) -> list[str]:
    if unit.stay:
        return [unit.stay[1]]
    facts = [f for rows in scope.rows.values() for f in rows.get(unit.person, [])]
    return sorted({f["patient_id"] for f in facts})


def expected(units: list[Unit], ids: list[list[str]], drawn: dict[str, tuple[bool, bool]]) -> Counter:
    counted: Counter = Counter()
    for unit, names in zip(units, ids, strict=True):
        said = next((drawn[i] for i in names if i in drawn), None)
        counts, met = said or (False, False)
        if counts and unit.reason:
            counted["excluded", unit.reason] += 1
        elif counts:
            counted["same" if met == unit.met else "we_met" if unit.met else "they_met", None] += 1
        elif unit.reason is None:
            counted["left_out" if said else "not_listed", None] += 1
    counted["unknown", None] += sum(i.startswith("nobody") for i in drawn)
    return counted


def test_only_rates_from_rows_can_be_compared(clinic: TestPartnership):
    assert own_list.years(clinic.store, ALDER, "alder").keys() <= {
        i.id for i in indicators().values() if i.statistic == "rate"
    }
    with pytest.raises(NotPossible, match="no figure from your rows"):
        own_list.reconcile(
            clinic.store, ALDER, "alder", "systolic_diabetes", YEAR_END, listed("a,b\n1,1\n"), Asked("a", "b")
        )


def test_help_that_stands_on_a_row_after_the_year_counts_here_as_it_does_in_the_figure(tmp_path: Path):
    made = fresh(tmp_path / "p", ["alder"])
    usual = {"patient_id": "P1", "instrument": "hunger_vital_sign"}
    made.send("alder", "food_security", [
        {**usual, "screened_on": "2025-12-20", "items": "A;A"},
        {**usual, "screened_on": "2026-01-08", "items": "N;N", "intervention_on": "2026-01-08"},
    ], Window(dt.date(2025, 1, 1), dt.date(2026, 1, 31)))  # fmt: skip
    sent = listed("id,met\nP1,1\n")
    found = own_list.reconcile(made.store, ALDER, "alder", "connected_to_help", YEAR_END, sent, Asked("id", "met"))
    assert [line.kind for line in found.lines] == ["same"] and found.ours == found.stands == Part(1, 1)
    made.close()
