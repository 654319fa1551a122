"""Real input: one run of Synthea, whose FHIR and CSV exporters wrote the same people's records.

The FHIR export, through the whole intake, gives the same unit rows as the extracts that a partner would make of the CSV
files. The run is not part of the repository: `synthea_fhir` among the real input, or the folder that
CONCORD_SYNTHEA_RUN names, with `fhir/` (a bundle for each patient) and `csv/`. Any run of Synthea 3 does.
"""

import io
import json
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.ledger.store import Store
from data.receiving.fhir.export_contents import SOURCES
from schemas.vocabularies.event_codes import event_of
from tests.support.exporting.told_truth import unit_rows
from tests.support.new_partnerships import new_store
from tests.support.partnerships import Row, as_csv
from tests.support.real_input import Table, in_store, on_disk, read, shared
from workflow import accepting, discussing, submitting

SETTINGS = 'name = "Test"\ntoday = 2026-12-31\npolicy.smallest_cell = 1\n[[partners]]\nid = "alder"\nname = "Alder"\n'
HOME = ZoneInfo("America/New_York")
"""Where the run was made: the CSV exporter writes moments in UTC, the FHIR exporter those of the place."""
EVENTS = {
    "ambulatory": "office visit", "outpatient": "office visit", "urgentcare": "office visit", "wellness": "wellness",
    "emergency": "emergency", "inpatient": "inpatient", "virtual": "virtual", "snf": "inpatient", "hospice": "inpatient",
    "home": "home health",
}  # fmt: skip
"""The source's encounter class -> what a clinic writes; stays in a nursing facility or a hospice are class IMP there."""
STAYS = ("inpatient", "snf", "hospice")
SETTING = {"emergency": "emergency", "virtual": "home", "home": "home"} | dict.fromkeys(STAYS, "inpatient")


def day(moment: str) -> str:
    """The calendar day at home."""
    if len(moment) <= 10:
        return moment
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(HOME).date().isoformat()


@dataclass
class Run:
    """The export as bundles and as lines, and the extracts of the same people."""

    bundles: dict[str, bytes]
    extracts: dict[str, list[Row]]
    people: Table

    def lines(self) -> dict[str, bytes]:
        """The bundles' resources as a bulk export has them: a file for each kind, references by kind and id."""
        files: dict[str, list[str]] = defaultdict(list)
        for data in self.bundles.values():
            for entry in json.loads(data)["entry"]:
                kind = entry["resource"]["resourceType"]
                text = json.dumps(entry["resource"], separators=(",", ":"))
                for name, url in (("subject", "Patient"), ("patient", "Patient"), ("encounter", "Encounter")):
                    text = text.replace(f'"{name}":{{"reference":"urn:uuid:', f'"{name}":{{"reference":"{url}/')
                files[kind].append(text)
        return {f"{kind}.000.ndjson": "\n".join(texts).encode() for kind, texts in files.items()}


@pytest.fixture(scope="module")
def run() -> Run:
    folder = Path(os.environ.get("CONCORD_SYNTHEA_RUN") or shared("real") / "synthea_fhir")
    if not (folder / "fhir").is_dir():
        pytest.skip(f"{folder} holds no run of Synthea: this test reads input that is not part of the repository")
    bundles = {f"{n}.json": path.read_bytes() for n, path in enumerate(sorted((folder / "fhir").glob("*.json")))}
    tables = {path.stem: read(path) for path in (folder / "csv").glob("*.csv")}
    exported = {p["Id"] for p in tables["patients"] if any(p["Id"].encode() in data for data in bundles.values())}
    assert len(exported) > 5
    people = [p for p in tables["patients"] if p["Id"] in exported]
    return Run(bundles, _extracts(tables, exported, _names(bundles)), people)


def _extracts(tables: dict[str, Table], people: set[str], names: dict[str, str]) -> dict[str, list[Row]]:
    of = {name: [r for r in rows if r.get("PATIENT", r.get("Id")) in people] for name, rows in tables.items()}
    classes = {e["Id"]: e["ENCOUNTERCLASS"] for e in of["encounters"]}
    hospitals = {o["Id"]: names.get(_bare(o["NAME"]), o["NAME"]) for o in tables["organizations"]}
    pairs: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for o in of["observations"]:
        if o["CODE"] in ("8480-6", "8462-4"):
            pairs[o["PATIENT"], o["DATE"], o["ENCOUNTER"]][o["CODE"]] = o["VALUE"]
    return {
        "patients": [
            {"patient_id": p["Id"], "birth_date": p["BIRTHDATE"], "sex": p["GENDER"], "race": p["RACE"],
             "ethnicity": p["ETHNICITY"], "zip": p["ZIP"], "language": "en"}
            for p in of["patients"]
        ],
        "hospital_stays": [
            {"stay_id": e["Id"], "patient_id": e["PATIENT"], "admitted_on": day(e["START"]),
             "discharged_on": day(e["STOP"]), "stay_type": "inpatient", "hospital": hospitals[e["ORGANIZATION"]]}
            for e in of["encounters"] if e["ENCOUNTERCLASS"] in STAYS
        ],
        "clinical_events": [_event(e["PATIENT"], EVENTS[e["ENCOUNTERCLASS"]], e["START"], e["STOP"]) for e in of["encounters"]]
        + [_event(r["PATIENT"], r["CODE"], r["START"], r["STOP"])
           for name in ("conditions", "procedures") for r in of[name] if event_of(r["CODE"])]
        + [_event(p["Id"], "died", p["DEATHDATE"]) for p in of["patients"] if p["DEATHDATE"]],
        "blood_pressure": [
            {"patient_id": patient, "measured_on": day(moment), "systolic": pair.get("8480-6"),
             "diastolic": pair.get("8462-4"), "setting": SETTING.get(classes[encounter], "office")}
            for (patient, moment, encounter), pair in pairs.items()
        ],
    }  # fmt: skip


def _names(bundles: dict[str, bytes]) -> dict[str, str]:
    """Names of organizations as they are: the CSV exporter leaves their commas out."""
    entries = [entry["resource"] for data in bundles.values() for entry in json.loads(data)["entry"]]
    names = [r["name"] for r in entries if r["resourceType"] == "Organization"]
    return {_bare(name): name for name in names}


def _bare(name: str) -> str:
    return " ".join(name.replace(",", " ").split())


def _event(patient: str, event: str, first: str, last: str = "") -> Row:
    return {"patient_id": patient, "event": event, "starts_on": day(first), "ends_on": day(last) if last else ""}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def stores(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """Three partnerships with one key: what is sent is CSV, the lines of a bulk export, or bundles."""
    sent = {"csv": None, "lines": zipped(run.lines()), "bundles": zipped(run.bundles)}
    made = {how: new_store(tmp_path_factory.mktemp("fhir") / "var", SETTINGS) for how in sent}
    for how, export in sent.items():
        for dataset, rows in run.extracts.items():
            checked = submitting.check(made[how], export or as_csv(dataset, rows), dataset, "alder")
            assert checked.submission and checked.report.rows_blocked == 0, checked.report.table
            accept(made[how], checked.submission)
    yield made
    for store in made.values():
        store.close()


def accept(store: Store, number: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discussing, "read_warned", lambda *_: [])
        accepting.accept_many(store, [number])


@pytest.mark.parametrize("how", ["lines", "bundles"])
def test_the_unit_rows_are_those_of_the_same_peoples_csv(stores: dict[str, Store], how: str) -> None:
    expected = unit_rows(stores["csv"])
    assert len(expected) > 100
    assert unit_rows(stores[how]) == expected


@pytest.mark.parametrize("dataset", ["patients", "hospital_stays", "blood_pressure"])
def test_so_are_the_rows(stores: dict[str, Store], dataset: str) -> None:
    query = f"SELECT * EXCLUDE (submission, row) FROM rows.{dataset} ORDER BY ALL"
    kept = {how: store.cursor().execute(query).fetchall() for how, store in stores.items()}
    assert kept["csv"] == kept["lines"] == kept["bundles"] and kept["csv"]


def test_nothing_that_names_a_person_is_on_disk(stores: dict[str, Store], run: Run) -> None:
    names = {p[c] for p in run.people for c in ("Id", "SSN", "DRIVERS", "PASSPORT", "FIRST", "LAST", "ADDRESS") if p[c]}
    assert len(names) > 30
    for how in ("lines", "bundles"):
        assert on_disk(stores[how].folder, names) == set()
        assert in_store(stores[how], names) == set()


def test_every_line_is_in_a_kind_of_file_or_outside_it(stores: dict[str, Store], run: Run) -> None:
    export = run.lines()
    contents = submitting.find_tables(stores["lines"], zipped(export), "alder")[0].export
    assert contents and contents.lines == sum(data.count(b"\n") + 1 for data in export.values())
    for name in SOURCES:
        used = sum(n for (dataset, _), n in contents.used.items() if dataset == name)
        assert used + contents.outside(name).total() == contents.lines
