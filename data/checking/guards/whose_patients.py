"""Whether a file's patients are the sender's: by its own patients files, by other partners', and by what files look
like.

All three ask the same question in the same words (docs/decisions/013): the sender never learns whose the patients are.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from data.findings import Findings
from data.ledger.profiles.file_shapes import Shape, accepted_shapes
from data.ledger.pseudonyms import Pseudonyms, as_uuids, domain
from data.ledger.staging import HAPPENED, Staged, registered

FEWEST = 20
"""Patients from which a file tells anything: of fewer, all may be new."""
KNOWN_BELOW = 0.1
"""Under this share of known patients, nearly all are unknown."""
KNOWN_ELSEWHERE = 0.8
"""Share of the ids that another partner has, from which a file may be that partner's."""
DENSE = 5
"""Ids up to as many times their number may be running numbers of which some are missing."""
LOOKED_AT = 200
"""Ids that are looked up for each other partner, spread over the file."""
_WITH_PATIENTS = ("patients", *HAPPENED)


@dataclass(frozen=True)
class Patients:
    """Of a file's patients: how many there are, how many the sender's patients files list, how many these list in all;
    and rows a patient: the most, the median and all."""

    people: int
    known: int
    listed: int
    most: int
    usual: float
    rows: int


def counted(staged: Staged, ids: Pseudonyms) -> Patients:
    """The rows themselves, which may be millions, are not looked at again."""
    listed = int(staged.rows(f"SELECT count(DISTINCT patient_id) FROM ({_rows_of('patients')})")[0])
    known = _known_in(staged, ids, _rows_of("patients")) if listed else 0
    rows = ids.rows if len(ids.rows) else np.zeros(1, np.int64)
    return Patients(len(ids.rows), known, listed, int(rows.max()), float(np.median(rows)), int(rows.sum()))


def _rows_of(name: str) -> str:
    return f"SELECT patient_id FROM in_force.{name} WHERE partner_id = $partner"


def _known_in(staged: Staged, ids: Pseudonyms, listed: str) -> int:
    """How many of the ids a query lists."""
    with registered(staged.cur, "ids_met", pa.table({"patient_id": ids.known_codes})):
        # Materialized: DuckDB pushes the ids of a few rows into an Arrow scan, which knows no filter of UUIDs.
        return int(
            staged.rows(f"""
            , met AS MATERIALIZED (FROM ids_met) SELECT count(*) FROM met SEMI JOIN ({listed}) USING (patient_id)""")[0]
        )


def look(staged: Staged, patients: Patients, ids: Pseudonyms, shape: Shape, key: bytes, findings: Findings) -> None:
    """Ask whether the patients are the sender's, where a sign speaks against it."""
    if patients.people < FEWEST:
        return
    if _nearly_all_unknown(staged, patients):
        note = f"Patients in the file: {patients.people:,}. In your patients files: {patients.known:,} of them."
        findings.ask("patients_not_yours", "patient_id", note)
    elif _of_another(staged, patients, ids, shape, key):
        findings.ask("patients_not_yours", "patient_id", f"Patients in the file: {patients.people:,}.")


def _nearly_all_unknown(staged: Staged, patients: Patients) -> bool:
    # New patients alone are an addition; a list as long as the one before with none of its people is not.
    is_addition = patients.listed < FEWEST or 2 * patients.people < patients.listed
    if staged.dataset.name == "patients" and is_addition:
        return False
    return patients.listed > 0 and patients.known < KNOWN_BELOW * patients.people


def _of_another(staged: Staged, patients: Patients, ids: Pseudonyms, shape: Shape, key: bytes) -> bool:
    """Whether another partner knows nearly all of these ids, or its files look like this one and the sender's do not.
    Where the sender's own files know the patients, nobody else is looked at."""
    if patients.listed and staged.dataset.name != "patients":
        return False
    shapes = accepted_shapes(staged.cur, staged.dataset.name)
    own = shapes.pop(staged.partner_id, set())
    if shape in own or _known_here(staged, ids) >= KNOWN_BELOW * patients.people:
        return False
    unlike = own and shape.header not in {s.header for s in own} and shape.ids not in {s.ids for s in own}
    if unlike and shape.ids and any(shape in others for others in shapes.values()):
        return True
    return not _numbered_from_one(ids.known) and _known_elsewhere(staged, ids, key) >= KNOWN_ELSEWHERE


def _numbered_from_one(ids: pl.Series) -> bool:
    """Whether ids may well be running numbers from the first on: then two partners have the same ones by chance."""
    return all(_dense(some, len(ids)) for some in (ids.head(LOOKED_AT), ids))  # the first few nearly always tell


def _dense(ids: pl.Series, count: int) -> bool:
    numbers = ids.str.replace_all(r"\D", "").cast(pl.UInt64, strict=False)
    highest = numbers.max()
    return isinstance(highest, int) and numbers.null_count() == 0 and highest <= DENSE * count


def _known_here(staged: Staged, ids: Pseudonyms) -> int:
    """How many of the file's patients any current row of the sender is about."""
    return _known_in(staged, ids, " UNION ".join(map(_rows_of, _WITH_PATIENTS)))


def _known_elsewhere(staged: Staged, ids: Pseudonyms, key: bytes) -> float:
    """The largest share of some of the ids, as written, that one other partner has sent."""
    known = ids.known
    looked = known.gather_every(max(1, len(known) // LOOKED_AT)).head(LOOKED_AT).to_list()
    others = [row[0] for row in staged.cur.execute(
        "SELECT DISTINCT partner_id FROM submission WHERE partner_id <> ? ORDER BY ALL", [staged.partner_id]
    ).fetchall()]  # fmt: skip
    if not others:
        return 0.0
    codes = [Pseudonyms(key, domain("patient_id", other)) for other in others]
    raw = np.frombuffer(b"".join(of.code(i) for of in codes for i in looked), dtype="V16")
    table = pa.table({"partner_id": [other for other in others for _ in looked], "patient_id": as_uuids(raw)})
    met = " UNION ALL ".join(f"SELECT partner_id, patient_id FROM in_force.{name}" for name in _WITH_PATIENTS)
    with registered(staged.cur, "ids_elsewhere", table):
        most = staged.cur.execute(f"""WITH looked AS MATERIALIZED (FROM ids_elsewhere)
            SELECT max(n) FROM (SELECT count(*) AS n FROM looked SEMI JOIN ({met}) USING (partner_id, patient_id)
            GROUP BY partner_id)""").fetchone()
    return (most[0] or 0) / len(looked) if most else 0.0
