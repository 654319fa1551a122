"""Intake of a FHIR export of blood pressures, everything included, against intake of the same readings as CSV.

    python bench/fhir_export.py [--rows N] [--times N] [--encounters]

Each Observation is as large as those of a synthetic US Core record (about 1,100 bytes). `--encounters`: with an
Encounter for each, of which the setting is read. Beside the ratio: the peak memory of each.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from intake import take_in
from machine import Measured, apart, show
from make_readings import write_readings

CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


def write_export(readings: Path, folder: Path, *, encounters: bool) -> Path:
    """The rows of a CSV file of readings, bad ones among them, as the lines of an export; its folder."""
    folder.mkdir()
    with readings.open() as rows, (folder / "Observation.000.ndjson").open("w") as observations:
        next(rows)
        for number, row in enumerate(rows):
            cells = [*row.rstrip("\n").split(","), "", "", "", "", ""]
            observations.write(json.dumps(_observation(number, *cells[:4]), separators=(",", ":")) + "\n")
    if encounters:
        with readings.open() as rows, (folder / "Encounter.000.ndjson").open("w") as visits:
            next(rows)
            for number, row in enumerate(rows):
                patient, day = [*row.rstrip("\n").split(","), ""][:2]
                visits.write(json.dumps(_encounter(number, patient, day), separators=(",", ":")) + "\n")
    return folder


def _observation(number: int, patient: str, day: str, systolic: str, diastolic: str) -> dict:
    return {
        "resourceType": "Observation", "id": f"{number:08d}-6f88-befb-fc6e-7f3bad156eb2",
        "meta": {"profile": [f"{CORE}us-core-blood-pressure"], "lastUpdated": "2026-10-01T08:00:00.000-04:00"},
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category",
                                  "code": "vital-signs", "display": "Vital signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9",
                             "display": "Blood pressure panel with all children optional"}],
                 "text": "Blood pressure panel with all children optional"},
        "subject": {"reference": f"Patient/{patient}"} if patient else {},
        "encounter": {"reference": f"Encounter/{number:08d}-6825-2d36-8b89-8b88c3737af1"},
        "effectiveDateTime": f"{day}T09:59:54-04:00", "issued": f"{day}T09:59:54.013-04:00",
        "component": [_component("8462-4", "Diastolic Blood Pressure", diastolic),
                      _component("8480-6", "Systolic Blood Pressure", systolic)],
    }  # fmt: skip


def _component(code: str, name: str, value: str) -> dict:
    number = float(value) if value.replace(".", "", 1).isdigit() else None
    return {"code": {"coding": [{"system": "http://loinc.org", "code": code, "display": name}], "text": name},
            "valueQuantity": {"value": number, "unit": "mm[Hg]", "system": "http://unitsofmeasure.org",
                              "code": "mm[Hg]"}}  # fmt: skip


def _encounter(number: int, patient: str, day: str) -> dict:
    return {
        "resourceType": "Encounter", "id": f"{number:08d}-6825-2d36-8b89-8b88c3737af1", "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [{"coding": [{"system": "http://snomed.info/sct", "code": "185347001", "display": "Encounter for problem"}]}],
        "subject": {"reference": f"Patient/{patient}", "display": "Made Up"},
        "period": {"start": f"{day}T09:30:00-04:00", "end": f"{day}T10:00:00-04:00"},
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=3, help="pairs of runs; the median ratio counts")
    parser.add_argument("--encounters", action="store_true")
    asked = parser.parse_args()
    pairs: list[tuple[Measured, Measured]] = []
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        readings = Path(name) / "readings.csv"
        write_readings(readings, asked.rows)
        export = write_export(readings, Path(name) / "export", encounters=asked.encounters)
        for _ in range(asked.times):
            runs = []
            for place in (readings, export):
                with tempfile.TemporaryDirectory(dir=name) as run:
                    runs.append(apart(take_in, place, Path(run)))
            pairs.append((runs[0], runs[1]))
        sizes = [readings.stat().st_size / 1e6, sum(f.stat().st_size for f in export.iterdir()) / 1e6]
    show(f"Intake of {asked.rows:,} readings, median of {asked.times}", [
        *((title, f"{statistics.median(p[n].seconds for p in pairs):6.2f} s   {size:6,.0f} MB   "
                  f"peak {max(p[n].peak_mb for p in pairs):6,.0f} MB   {pairs[-1][n].result[0]:,} rows in, "
                  f"{pairs[-1][n].result[1]:,} kept")
          for n, (title, size) in enumerate(zip(("CSV", "FHIR"), sizes, strict=True))),
        ("ratio", f"{statistics.median(f.seconds / c.seconds for c, f in pairs):6.2f} x   (at most 3)"),
        ("ratio of processor time", f"{statistics.median(f.work / c.work for c, f in pairs):6.2f} x"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
