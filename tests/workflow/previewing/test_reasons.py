"""Why figures would move, and that what is foretold is what acceptance counts."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from data.ledger.submissions import Window
from metrics.results.figure_movement import Figure, Movement
from metrics.results.movement_reasons import Part, Reasons
from tests.support.drawing.random_rows import LONG_AGO, MEASURES, Drawing, files, random_choices, within
from tests.support.partnerships import Row, Sent, TestPartnership, fresh
from tests.workflow.previewing.rows_of_alder import ALDER, event, patient, reading
from workflow import previewing
from workflow.previewing import Preview

pytestmark = pytest.mark.both_stores

YEAR = Window(dt.date(2024, 7, 1), dt.date(2025, 6, 30))


def with_hypertension(*people: str) -> list[Row]:
    return [event(name, p) for p in people for name in ("hypertension", "office_visit")]


def why(partnership: TestPartnership, sent: Sent, indicator: str = "bp_control") -> Reasons:
    preview = previewing.preview(partnership.store, sent.submission, ALDER)
    assert preview.why and preview.why[indicator]
    return preview.why[indicator]


@pytest.fixture
def clinic(partnership: TestPartnership) -> TestPartnership:
    """Ten people with hypertension, a reading each: the odd ones are controlled."""
    people = [f"P{n}" for n in range(10)]
    partnership.send("alder", "patients", [patient(p) for p in people])
    partnership.send("alder", "clinical_events", with_hypertension(*people[:9]), YEAR)
    partnership.send(
        "alder", "blood_pressure", readings(dict.fromkeys(people[1::2], 120) | dict.fromkeys(people[::2], 150)), YEAR
    )
    return partnership


def readings(systolic: Mapping[str, float], month: int = 5) -> list[Row]:
    return [reading(9, value, p, month) for p, value in systolic.items()]


@pytest.mark.heavy
def test_readings_that_change_are_gained_and_lost_and_nobody_comes_or_goes(clinic):
    better = {"P0": 120, "P2": 139, "P4": 140}
    worse = {"P1": 141, "P3": 119}
    rows = readings(dict.fromkeys([f"P{n}" for n in range(5, 9)], 150) | better | worse)
    found = why(clinic, clinic.check("alder", "blood_pressure", rows, YEAR))
    assert (found.gained, found.lost) == (2, 3)  # P5 and P7 lose it too
    assert (found.more, found.left, found.excluded) == (Part(), Part(), {})


@pytest.mark.heavy
def test_a_mean_moves_by_what_its_values_gain_and_who_is_averaged(partnership):
    people = ("P1", "P2", "P3", "P4")
    partnership.send("alder", "patients", [patient(p) for p in people])
    partnership.send("alder", "clinical_events", [event("diabetes", p) for p in people], YEAR)
    partnership.send("alder", "blood_pressure", readings({"P1": 130, "P2": 140, "P3": 150}), YEAR)
    sent = partnership.check("alder", "blood_pressure", readings({"P1": 126, "P2": 141.5, "P4": 160}), YEAR)
    found = why(partnership, sent, "systolic_diabetes")
    assert (found.gained, found.lost, found.changed) == (1, 1, -2.5)
    assert (found.more, found.left) == ((1, 160), (1, 150))
    (move,) = previewing.preview(partnership.store, sent.submission, ALDER).foremost
    assert [(side.numerator, side.total, side.value) for side in (move.before, move.after) if side] == [
        (None, 420, 140),
        (None, 427.5, 142.5),
    ]


@pytest.mark.heavy
def test_a_diagnosis_brings_someone_in_and_an_exclusion_takes_someone_out(clinic):
    rows = [*with_hypertension(*(f"P{n}" for n in range(1, 10))), event("hospice", "P1"), event("hospice", "P2")]
    found = why(clinic, clinic.check("alder", "clinical_events", rows, YEAR))
    assert (found.more, found.left) == ((1, 1), (1, 0))
    assert found.excluded == {"hospice": (2, 1)}
    assert (found.numerator, found.denominator) == (0, -2)


def test_an_exclusion_taken_back_is_lifted(clinic):
    everyone = with_hypertension(*(f"P{n}" for n in range(9)))
    clinic.send("alder", "clinical_events", [*everyone, event("pregnancy", "P3")], YEAR)
    found = why(clinic, clinic.check("alder", "clinical_events", [*everyone, event("frailty", "P3")], YEAR))
    assert (found.lifted, found.excluded, found.more.units) == ({"pregnancy": (1, 1)}, {}, 0)


def test_a_token_learned_later_makes_nobody_new(partnership):
    screens: list[Row] = [{"patient_id": f"P{n}", "screened_on": dt.date(2025, 6, 1), "instrument": "hunger_vital_sign",
                "items": "A;N" if n < 4 else "N;N"} for n in range(9)]  # fmt: skip
    partnership.send("alder", "food_security", screens, YEAR)
    tokens = [patient(f"P{n}", person_token=f"T{min(n, 7)}") for n in range(9)]
    found = why(partnership, partnership.check("alder", "patients", tokens), "food_insecurity")
    assert (found.more, found.left) == ((0, 0), (1, 0))  # P7 and P8 turn out to be one person


SEEDS, QUICK = 15, 1
seeds = pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.heavy] if n >= QUICK else []) for n in range(SEEDS)]
)


@seeds
def test_the_pieces_add_up_to_the_movement_and_a_preview_leaves_nothing(tmp_path: Path, seed: int):
    datasets = list(MEASURES.values())[seed % len(MEASURES)]
    drawing = Drawing(seed, ("alder", "birch"), people=40)
    partnership = fresh(tmp_path / "p", ("alder", "birch"), **random_choices(seed))
    partnership.load(files(seed, ("alder", "birch"), 40, datasets))
    moved: list[Movement] = []
    for dataset in (datasets[-1], drawing.rng.choice(datasets), "patients"):
        people = [p for p in drawing.people if any(who == "alder" for who, _ in p.ids)]
        rows = [
            row for p in people if drawing.chance(0.6) for row in getattr(drawing, dataset)(p, "alder", p.ids[0][1])
        ]
        window = None if dataset == "patients" else Window(LONG_AGO, drawing.last)
        sent = partnership.check("alder", dataset, within(rows, dataset, window) if window else rows, window)
        before = partnership.counts()
        preview = previewing.preview(partnership.store, sent.submission, ALDER)
        assert partnership.counts() == before
        partnership.accept(sent)
        same_after(preview, partnership)
        moved += [m for m in preview.foremost if adds_up(m, (preview.why or {})[m.indicator])]
    assert moved or seed >= QUICK  # of the quick ones each does move figures
    partnership.close()


def counted(partnership: TestPartnership) -> dict[tuple[str, dt.date], tuple[int, float]]:
    """Indicator and year -> denominator and numerator (or total) that are counted for Alder."""
    rows = partnership.store.cursor().execute(
        """SELECT indicator, period_end, denominator, CAST(coalesce(numerator, total) AS DOUBLE) FROM counts
           WHERE owner = 'alder' AND period_kind = 'year' AND stratifier = 'all'"""
    )
    return {(name, end): (n, x) for name, end, n, x in rows.fetchall()}


def same_after(preview: Preview, partnership: TestPartnership) -> None:
    """What was foretold of every year that moves is what acceptance then counts."""
    counts = counted(partnership)
    for move in (*preview.moves, *preview.foremost):
        assert counts.get((move.indicator, move.period_end), (0, 0)) == pytest.approx(pair(move.after))


def adds_up(move: Movement, why: Reasons) -> bool:
    (n1, x1), (n2, x2) = pair(move.before), pair(move.after)
    assert why.denominator == n2 - n1
    assert why.numerator == pytest.approx(x2 - x1)
    return any((why.more.units, why.left.units, why.gained, why.lost, why.excluded, why.lifted))


def pair(side: Figure | None) -> tuple[int, float]:
    """Denominator and numerator (or total)."""
    if side is None:
        return 0, 0
    return side.denominator or 0, (side.numerator or 0) if side.total is None else side.total
