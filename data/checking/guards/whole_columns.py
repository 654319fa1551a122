"""What a column shows only as a whole: it is blank throughout, in another unit, or one id stands everywhere."""

from collections.abc import Mapping

from data.checking.guards.whose_patients import Patients
from data.findings import Findings
from data.ledger.pseudonyms import Pseudonyms
from data.ledger.staging import HAPPENED, Staged
from data.reading.number_cells import PRESSURES

FEWEST = 10
"""Values from which a column as a whole tells something."""
FILLED_BELOW = 0.02
"""Under this share of filled cells the column was left out, whatever strayed in."""
MOSTLY, NEARLY_ALL = 0.8, 0.95
TENTHS = 0.3
FEWEST_ROWS, TIMES, SHARE, A_DAY = 20, 10, 0.1, 3
"""One patient on as many rows, on as many times the usual, on as large a share of the file, and on as many rows of a
day, is perhaps nobody: who measures at home has a row or two a day."""
FEWEST_OF_A_KEY = 5
"""Rows with one id where each id should stand once: two or three are corrections, or races on a row each."""


def halves(staged: Staged, left_blank: Mapping[str, int], findings: Findings) -> None:
    """A column without which such a file is half of one. `left_blank`: column -> cells that were filled, not well."""
    if not staged.dataset.halves:
        return
    counts = ", ".join(f'count("{name}")' for name in staged.dataset.halves)
    rows, *filled = staged.found(f"SELECT count(*), {counts} FROM staged").row(0)
    for name, count in zip(staged.dataset.halves, filled, strict=True):
        if rows >= FEWEST and count + left_blank.get(name, 0) < FILLED_BELOW * rows:
            findings.ask("half_missing", name, f"Rows: {rows:,}.")


def units(signs: Mapping[tuple[str, str], int], findings: Findings) -> None:
    """Pressures that are nearly all kilopascals, or body temperatures."""
    for column in PRESSURES:
        count = {sign: n for (sign, c), n in signs.items() if c == column}
        all_of_it = sum(count.get(sign, 0) for sign in ("kpa", "tenths", "near_37", "warm", "other"))
        if all_of_it < FEWEST:
            continue
        tenths, near_37 = count.get("tenths", 0), count.get("near_37", 0)
        if count.get("kpa", 0) >= MOSTLY * all_of_it:
            findings.ask("maybe_kilopascals", column, f"Such values: {count['kpa']:,} of {all_of_it:,}.")
        warm = tenths + near_37 + count.get("warm", 0)
        if (warm >= MOSTLY * all_of_it and tenths >= TENTHS * all_of_it) or tenths + near_37 >= NEARLY_ALL * all_of_it:
            findings.ask("maybe_degrees", column, f"Such values: {warm:,} of {all_of_it:,}.")


def one_id(staged: Staged, ids: Mapping[str, Pseudonyms], patients: Patients | None, findings: Findings) -> None:
    """One id on rows that should be many people's or many stays'."""
    if key := next((c for c in staged.dataset.key if c in ("stay_id", "patient_id")), None):
        most = int(ids[key].rows.max(initial=0))
        if most >= FEWEST_OF_A_KEY:
            findings.ask("one_id_many_rows", key, f"Rows with this id: {most:,}.")
    if patients and key != "patient_id" and patients.most >= FEWEST_ROWS:
        crowd = patients.most >= max(TIMES * patients.usual, SHARE * patients.rows)
        if (patients.people == 1 or crowd) and patients.most >= A_DAY * _days_of_most(staged):
            findings.ask("one_id_many_rows", "patient_id", f"Rows with this id: {patients.most:,}.")


def _days_of_most(staged: Staged) -> int:
    """The days on which the patient with the most rows has any."""
    day = HAPPENED[staged.dataset.name]
    return int(
        staged.rows(f"""SELECT count(DISTINCT {day}) FROM staged WHERE patient_id = (
        SELECT patient_id FROM staged GROUP BY patient_id ORDER BY count(*) DESC LIMIT 1)""")[0]
    )
