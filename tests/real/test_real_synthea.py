"""Real input: two sets of Synthea records, with names and social security numbers at the source.

The extracts that a partner would make of them go through; the source's own patients file does not; and nothing
that names a person is ever on disk.
"""

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from data.checking.file_check import Checked
from data.ledger.store import Store
from tests.support.new_partnerships import new_store
from tests.support.partnerships import Row, as_csv
from tests.support.real_input import Table, in_store, on_disk, read, shared
from tests.support.whole_run.every_run import some_of
from workflow import accepting, reading, releasing, submitting

SETS = {"alder": "synthea_dverma11", "birch": "synthea_victor2403"}
# Nothing is hidden: what names a person would be seen in any figure.
SETTINGS = 'name = "Test"\ntoday = 2026-12-31\npolicy.smallest_cell = 1\n' + "".join(
    f'[[partners]]\nid = "{p}"\nname = "{p}"\n' for p in SETS
)
# The source's encounter class -> what a clinic writes. Synthea's "ambulatory" is a visit, not a monitor.
EVENTS = {
    "ambulatory": "office visit",
    "outpatient": "outpatient visit",
    "urgentcare": "office visit",
    "wellness": "wellness",
    "emergency": "emergency",
    "inpatient": "inpatient",
    "virtual": "virtual",
    "hospice": "hospice",
    "snf": "nursing home",
}
BP_SETTINGS = {"emergency": "emergency", "inpatient": "inpatient"}
HYPERTENSION, SYSTOLIC, DIASTOLIC = "59621000", "8480-6", "8462-4"


@dataclass
class Synthea:
    """One set: its own tables, and the extracts made of them (dataset -> rows)."""

    partner: str
    folder: Path
    tables: dict[str, Table]
    extracts: dict[str, list[Row]] = field(default_factory=dict)

    def identities(self) -> set[str]:
        """Every id, social security number, licence and name of the source's patients."""
        columns = ("Id", "SSN", "DRIVERS", "PASSPORT", "FIRST", "LAST", "MAIDEN")
        return {p[c] for p in self.tables["patients"] for c in columns if p[c]}


def synthea(partner: str) -> Synthea:
    folder = shared("real") / SETS[partner]
    names = [n for n in ("patients", "encounters", "conditions", "observations") if (folder / f"{n}.csv").exists()]
    made = Synthea(partner, folder, {name: read(folder / f"{name}.csv") for name in names})
    classes = {e["Id"]: e["ENCOUNTERCLASS"] for e in made.tables["encounters"]}
    made.extracts = {
        "patients": [_patient(p) for p in made.tables["patients"]],
        "hospital_stays": [_stay(e) for e in made.tables["encounters"] if e["ENCOUNTERCLASS"] == "inpatient"],
        "clinical_events": [_visit(e) for e in made.tables["encounters"]]
        + [_diagnosis(c) for c in made.tables["conditions"] if c["CODE"] == HYPERTENSION],
        "blood_pressure": _readings(made.tables.get("observations", []), classes),
    }
    return made


def _patient(p: dict[str, str]) -> Row:
    return {
        "patient_id": p["Id"],
        "birth_date": p["BIRTHDATE"],
        "sex": p["GENDER"],
        "race": p["RACE"],
        "ethnicity": p["ETHNICITY"],
        "zip": p["ZIP"],
        "county_fips": p["FIPS"],
    }


def _stay(e: dict[str, str]) -> Row:
    return {
        "stay_id": e["Id"],
        "patient_id": e["PATIENT"],
        "admitted_on": e["START"],
        "discharged_on": e["STOP"],
        "stay_type": e["ENCOUNTERCLASS"],
        "disposition": "home",
    }


def _visit(e: dict[str, str]) -> Row:
    return {
        "patient_id": e["PATIENT"],
        "event": EVENTS[e["ENCOUNTERCLASS"]],
        "starts_on": e["START"],
        "ends_on": e["STOP"],
        "status": "finished",
    }


def _diagnosis(c: dict[str, str]) -> Row:
    return {"patient_id": c["PATIENT"], "event": c["CODE"], "starts_on": c["START"], "ends_on": c["STOP"]}


def _readings(observations: Table, classes: dict[str, str]) -> list[Row]:
    pairs: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for o in observations:
        if o["CODE"] in (SYSTOLIC, DIASTOLIC):
            pairs[o["PATIENT"], o["DATE"], o["ENCOUNTER"]][o["CODE"]] = o["VALUE"]
    return [
        {
            "patient_id": patient,
            "measured_on": day,
            "systolic": pair.get(SYSTOLIC),
            "diastolic": pair.get(DIASTOLIC),
            "setting": BP_SETTINGS.get(classes[encounter], "office"),
        }
        for (patient, day, encounter), pair in pairs.items()
    ]


@dataclass
class Loaded:
    """A partnership in which both sets are accepted and released."""

    store: Store
    sets: dict[str, Synthea]
    checked: dict[tuple[str, str], Checked]


def opened(folder: Path) -> Store:
    return new_store(folder, SETTINGS)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    sets = {partner: synthea(partner) for partner in SETS}
    store = opened(tmp_path_factory.mktemp("synthea") / "var")
    made = Loaded(store, sets, {})
    for partner, one in sets.items():
        for dataset, rows in one.extracts.items():
            if not rows:
                continue
            checked = submitting.check(store, as_csv(dataset, rows), dataset, partner)
            assert checked.submission is not None, checked.report.table
            made.checked[partner, dataset] = checked
            if dataset == "patients":  # accepted before the others are checked, so that their patients are known
                accepting.accept(store, checked.submission)
    accepting.accept_many(
        store, [c.submission for (_, d), c in made.checked.items() if c.submission and d != "patients"]
    )
    releasing.publish(store)
    yield made
    store.close()


def test_the_extracts_hold_what_the_source_holds(loaded: Loaded) -> None:
    sizes = {p: {d: len(rows) for d, rows in s.extracts.items() if rows} for p, s in loaded.sets.items()}
    assert sizes["alder"] == {"patients": 16, "hospital_stays": 32, "clinical_events": 1494 + 9, "blood_pressure": 352}
    assert sizes["birch"] == {"patients": 105, "hospital_stays": 84, "clinical_events": 4667 + 22}


def test_every_row_is_kept(loaded: Loaded) -> None:
    for (partner, dataset), checked in loaded.checked.items():
        sent = len(loaded.sets[partner].extracts[dataset])
        assert (checked.report.rows_in, checked.report.rows_kept) == (sent, sent)
        stored = loaded.store.cursor().execute(
            f"SELECT count(*) FROM in_force.{dataset} WHERE partner_id = ?", [partner]
        )
        assert stored.fetchall() == [(sent,)]


def test_only_warnings_are_found(loaded: Loaded) -> None:
    rules = {key: set(c.report.table["rule"]) for key, c in loaded.checked.items()}
    assert {d for (_, d), found in rules.items() if "overlapping_stays" in found} == {"hospital_stays"}
    assert set().union(*rules.values()) <= {
        "day_in_utc", "overlapping_stays", "repeated_row", "very_long_stay", "volume_drop"
    }  # fmt: skip


def days(stay: Row) -> tuple[dt.date, dt.date]:
    return dt.date.fromisoformat(str(stay["admitted_on"])[:10]), dt.date.fromisoformat(str(stay["discharged_on"])[:10])


@pytest.mark.parametrize("partner", SETS)
def test_stays_that_overlap_are_findings(loaded: Loaded, partner: str) -> None:
    stays: dict[object, list[tuple[dt.date, dt.date, int]]] = defaultdict(list)
    for row, stay in enumerate(loaded.sets[partner].extracts["hospital_stays"], start=2):
        stays[stay["patient_id"]].append((*days(stay), row))
    expected = set()
    for own in stays.values():
        ends = dt.date.min
        for first, last, row in sorted(own):
            if first < ends:
                expected.add(row)
            ends = max(ends, last)
    table = loaded.checked[partner, "hospital_stays"].report.table
    found = table.filter(rule="overlapping_stays")
    assert set(found["row"]) == expected
    assert set(found["column"]) <= {"admitted_on"}
    assert expected or partner == "alder"


@pytest.mark.parametrize("partner", SETS)
def test_readmissions_are_those_of_a_naive_count(loaded: Loaded, partner: str) -> None:
    """One hospital, nobody dead or transferred: episodes are stays that overlap, and the next may be a return."""
    one = loaded.sets[partner]
    born = {p["Id"]: dt.date.fromisoformat(p["BIRTHDATE"]) for p in one.tables["patients"]}
    last_day = loaded.checked[partner, "hospital_stays"].report.covers.last
    assert last_day
    stays = defaultdict(list)
    for stay in one.extracts["hospital_stays"]:
        stays[str(stay["patient_id"])].append(days(stay))
    units: list[tuple[dt.date, bool]] = []
    for patient, own in stays.items():
        episodes: list[tuple[dt.date, dt.date]] = []
        for first, last in sorted(own):
            if episodes and first < episodes[-1][1]:
                episodes[-1] = (episodes[-1][0], max(episodes[-1][1], last))
            else:
                episodes.append((first, last))
        for (first, last), (back, _) in pairwise([*episodes, (dt.date.max, dt.date.max)]):
            adult = first >= born[patient].replace(year=born[patient].year + 18)
            if adult and last + dt.timedelta(days=30) <= last_day:
                units.append((last, (back - last).days <= 30))
    counts = loaded.store.cursor().execute(
        """SELECT period_start, period_end, denominator, numerator FROM counts WHERE owner = ?
           AND indicator = 'readmission_any_hospital' AND stratifier = 'all' AND period_kind = 'year'""",
        [partner],
    )
    found = {(start, end): figures for start, end, *figures in counts.fetchall() if figures[0]}
    assert sum(figures[0] for figures in found.values()) > 30
    for (start, end), figures in found.items():
        inside = [returned for day, returned in units if start <= day <= end]
        assert figures == [len(inside), sum(inside)], (start, end)
    assert all(any(start <= day <= end for start, end in found) for day, _ in units)


def test_nothing_that_names_a_person_is_on_disk(loaded: Loaded) -> None:
    names = set().union(*(one.identities() for one in loaded.sets.values()))
    names |= {str(stay["stay_id"]) for one in loaded.sets.values() for stay in one.extracts["hospital_stays"]}
    assert len(names) > 700
    assert on_disk(loaded.store.folder, {"alder", "birch"}) == {"alder", "birch"}, "the search itself must work"
    assert on_disk(loaded.store.folder, names) == set()
    assert in_store(loaded.store, names) == set()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = opened(tmp_path / "var")
    yield store
    store.close()


def refused(store: Store, file: bytes | Path, dataset: str) -> tuple[str, int | None, str | None]:
    """The refusal's rule, row and column; nothing of the file may be held."""
    checked = submitting.check(store, file, dataset, "alder")
    assert checked.submission is None
    assert checked.report.refused is not None, checked.report.table
    assert reading.all_submissions(store) == []
    assert store.cursor().execute(f"SELECT count(*) FROM rows.{dataset}").fetchall() == [(0,)]
    why = checked.report.refused
    return why.rule.id, why.row, why.column


@pytest.mark.parametrize("partner", SETS)
def test_the_sources_own_patients_file_is_refused(empty: Store, partner: str) -> None:
    one = synthea(partner)
    assert refused(empty, one.folder / "patients.csv", "patients") == ("personal_column", 1, "SSN")
    assert on_disk(empty.folder, one.identities()) == set()
    assert in_store(empty, one.identities()) == set()


def test_so_it_is_when_only_the_id_is_renamed(empty: Store) -> None:
    file = (synthea("birch").folder / "patients.csv").read_bytes().replace(b"Id,", b"patient_id,", 1)
    assert refused(empty, file, "patients") == ("personal_column", 1, "SSN")


@pytest.mark.parametrize("column", some_of(["sex", "race", "language", "zip", "remark"], 3))
def test_a_social_security_number_in_an_innocent_column_is_refused(empty: Store, column: str) -> None:
    one = synthea("birch")
    rows = [dict(row) for row in one.extracts["patients"]]
    rows[70][column] = one.tables["patients"][70]["SSN"]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys([*rows[0], column])), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    assert refused(empty, text.getvalue().encode(), "patients") == ("personal_value", 72, column)
    assert on_disk(empty.folder, one.identities()) == set()
    assert in_store(empty, one.identities()) == set()
