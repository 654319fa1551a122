"""Resources of FHIR R4 as a server of US Core writes them, and files of them."""

import csv
import io
import json
from typing import Any

from data.receiving.archive_members import Member
from data.receiving.fhir.export_reader import DatasetTable, Export, form_of, read_export

Resource = dict[str, Any]
LOINC, SNOMED, ICD10 = "http://loinc.org", "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
SUBJECT = {"reference": "Patient/p1"}


def coded(code: str, system: str = LOINC, *more: tuple[str, str]) -> Resource:
    return {"coding": [{"system": system, "code": code}, *({"system": s, "code": c} for c, s in more)]}


def quantity(value: float, code: str = "mm[Hg]") -> Resource:
    return {"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code}


def patient(id: str = "p1", **more: Any) -> Resource:
    return {"resourceType": "Patient", "id": id, "birthDate": "1957-04-02", "gender": "female"} | more


def omb(name: str, *codes: str) -> Resource:
    parts = [{"url": "ombCategory", "valueCoding": {"code": code}} for code in codes]
    return {"url": f"{US_CORE}us-core-{name}", "extension": [*parts, {"url": "text", "valueString": "as told"}]}


def encounter(id: str = "e1", code: str = "AMB", **more: Any) -> Resource:
    return {
        "resourceType": "Encounter", "id": id, "status": "finished", "class": {"code": code}, "subject": SUBJECT,
        "period": {"start": "2026-03-01T09:00:00-05:00", "end": "2026-03-02T10:00:00-05:00"},
    } | more  # fmt: skip


def condition(code: str = "59621000", system: str = SNOMED, **more: Any) -> Resource:
    return {
        "resourceType": "Condition", "id": "c1", "subject": SUBJECT, "code": coded(code, system),
        "verificationStatus": coded("confirmed"), "clinicalStatus": coded("active"), "onsetDateTime": "2020-05-04",
    } | more  # fmt: skip


def procedure(code: str, system: str = SNOMED, **more: Any) -> Resource:
    return {
        "resourceType": "Procedure", "id": "d1", "status": "completed", "subject": SUBJECT, "code": coded(code, system),
        "performedDateTime": "2026-02-03",
    } | more  # fmt: skip


def observation(code: str, id: str = "o1", **more: Any) -> Resource:
    return {
        "resourceType": "Observation", "id": id, "status": "final", "subject": SUBJECT, "code": coded(code),
        "effectiveDateTime": "2026-03-01T09:30:00-05:00",
    } | more  # fmt: skip


def pressure(systolic: float | None = 128, diastolic: float | None = 79, unit: str = "mm[Hg]", **more: Any) -> Resource:
    values = {"8480-6": systolic, "8462-4": diastolic}
    parts = [{"code": coded(c)} | ({"valueQuantity": quantity(v, unit)} if v else {}) for c, v in values.items()]
    return observation("85354-9", **{"component": parts, **more})


def answer(code: str, said: str, **more: Any) -> Resource:
    return observation(code, **{"valueCodeableConcept": coded(said), **more})


SOPT = "https://nahdo.org/sopt"
SDOHCC = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
ALDER, HARBOR = ({"reference": f"Organization/{n}", "display": n} for n in ("Alder", "Harbor"))


def coverage(code: str = "2", id: str = "v1", system: str = SOPT, **more: Any) -> Resource:
    return {
        "resourceType": "Coverage", "id": id, "status": "active", "beneficiary": {"reference": "Patient/p1"},
        "type": coded(code, system), "period": {"start": "2026-01-01"},
    } | more  # fmt: skip


def request(need: str = "food-insecurity", id: str = "r1", **more: Any) -> Resource:
    return {
        "resourceType": "ServiceRequest", "id": id, "status": "active", "intent": "order",
        "category": [coded("410606002", "http://snomed.info/sct"), coded(need, SDOHCC)],
        "subject": {"reference": "Patient/p1"}, "authoredOn": "2026-03-02T09:00:00-05:00", "requester": ALDER,
    } | more  # fmt: skip


def task(status: str = "accepted", id: str = "t1", **more: Any) -> Resource:
    return {
        "resourceType": "Task", "id": id, "status": status, "intent": "order", "focus": {"reference": "ServiceRequest/r1"},
        "for": {"reference": "Patient/p1"}, "authoredOn": "2026-03-02T09:05:00-05:00",
        "lastModified": "2026-03-05T11:00:00-05:00", "owner": HARBOR,
    } | more  # fmt: skip


def lines(*resources: Resource | str) -> bytes:
    """A file of an export: a resource a line."""
    return "".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in resources).encode()


def exported(*resources: Resource | str, **files: bytes) -> Export:
    """What is read of an export: of one file of these resources, and of more files."""
    named = {f"{name}.ndjson": data for name, data in files.items()} | (
        {"one.ndjson": lines(*resources)} if resources else {}
    )
    members = [Member(name, data) for name, data in named.items()]
    return read_export([(member, form) for member in members if (form := form_of(member))])


def table(made: Export, dataset: str) -> DatasetTable:
    return next(t for t in made.tables if t.dataset == dataset)


def rows(made: Export, dataset: str) -> list[dict[str, str]]:
    """The rows of a dataset; blank cells are left out."""
    found = [t for t in made.tables if t.dataset == dataset]
    read = csv.DictReader(io.StringIO(found[0].text.decode())) if found else []
    return [{name: cell for name, cell in row.items() if cell} for row in read]


def row(*resources: Resource, dataset: str) -> dict[str, str]:
    """The only row of a dataset."""
    (only,) = rows(exported(*resources), dataset)
    return only


def told(made: Export, dataset: str) -> dict[str, list[int]]:
    """Rule -> lines that it was found in."""
    return {rule: found.to_list() for rule, found in table(made, dataset).origin.found.items()}
