"""A large partnership, put straight into a store by SQL: the files of 15 clinics over 12 quarters, accepted.

    python bench/make_partnership.py [--rows READINGS] [--out FOLDER]

Ten readings and six visits for each person with hypertension; every fifth person is known to two clinics.
"""

import argparse
import datetime as dt
import tempfile
from pathlib import Path

import duckdb
from machine import timed  # before all others: it says where Concord lies

from data.ledger import submissions
from data.ledger.data_folder import make_folder
from data.ledger.store import Store, transaction
from data.ledger.submissions import Submission, Window
from workflow import accepting, administering

CLINICS, QUARTERS = 15, 12
FIRST = dt.date(2023, 10, 1)
LAST = dt.date(2026, 9, 30)
SETTINGS = 'name = "Bench"\ntoday = 2026-10-20\n' + "".join(
    f'[[partners]]\nid = "clinic_{n:02}"\nname = "Clinic {n}"\nkind = "clinic"\n' for n in range(CLINICS)
)

# A hash stands for chance: the same rows every time, in any order of work.
MACROS = f"""
CREATE TEMP MACRO chance(below, n, word) AS CAST(hash(n, word) % below AS INTEGER);
CREATE TEMP MACRO some_day(n, word) AS DATE '{FIRST}' + chance({(LAST - FIRST).days + 1}, n, word);
CREATE TEMP MACRO file_of(base, clinic, day) AS base + clinic * {QUARTERS} + date_diff('quarter', DATE '{FIRST}', day);"""
PEOPLE = f"""CREATE TEMP TABLE people AS
    SELECT n, clinic, CAST(md5(n || '/' || clinic) AS UUID) AS patient_id, CAST(md5('token' || n) AS UUID) AS token
    FROM (SELECT n, unnest(CASE WHEN n % 5 = 0 THEN [n % {CLINICS}, (n + 1) % {CLINICS}] ELSE [n % {CLINICS}] END)
              AS clinic FROM range(?) t(n))"""
PATIENTS = """
    SELECT clinic + 1 AS submission, row_number() OVER () + 1, patient_id, token,
        DATE '1935-01-01' + chance(25000, n, 'born'), NULL,
        ['female', 'male'][1 + chance(2, n, 'sex')],
        ['white', 'black', 'asian', 'white;asian', 'declined'][1 + chance(5, n, 'race')],
        ['not_hispanic', 'hispanic', NULL][1 + chance(3, n, 'ethnicity')],
        ['english', 'spanish', 'chinese'][1 + chance(3, n, 'language')],
        ['medicare', 'medicaid', 'commercial'][1 + chance(3, n, 'payer')],
        '0' || (2100 + chance(40, n, 'zip')), '2500' || (1 + chance(9, n, 'county'))
    FROM people"""
EVENTS = """
    SELECT file_of(?, clinic, starts_on) AS submission, 0, patient_id, event, starts_on, ends_on, NULL
    FROM (SELECT clinic, patient_id, 'office_visit' AS event, some_day(n * 10 + k, 'visit') AS starts_on,
              starts_on AS ends_on FROM people, range(6) v(k)
          UNION ALL SELECT clinic, patient_id, 'hypertension', DATE '2023-10-01' + chance(60, n, 'onset'), NULL FROM people
          UNION ALL SELECT clinic, patient_id, 'diabetes', DATE '2023-10-01' + chance(60, n, 'sugar'), NULL FROM people
              WHERE chance(3, n, 'diabetes') = 0
          UNION ALL SELECT clinic, patient_id, ['hospice', 'pregnancy', 'dialysis'][1 + chance(3, n, 'why')],
              some_day(n, 'excluded') AS day, day FROM people WHERE chance(40, n, 'excluded') = 0)"""
READINGS = """
    SELECT file_of(?, clinic, day) AS submission, 0, patient_id, day, 95 + chance(80, seed, 'systolic'),
        55 + chance(40, seed, 'diastolic'), ['office', 'home', 'remote_device', NULL][1 + chance(4, seed, 'setting')]
    FROM (SELECT clinic, patient_id, hash(patient_id, k) AS seed, some_day(seed, 'day') AS day
          FROM (SELECT *, unnest(range(CASE WHEN n % 5 = 0 THEN 5 ELSE 10 END)) AS k FROM people))"""
EVENTS_FROM, READINGS_FROM = 100, 1000  # numbers of the first submissions


def make_partnership(folder: Path, readings: int) -> None:
    """Make a data folder whose clinics have sent patients, visits and readings; all counts worked out."""
    make_folder(folder, SETTINGS)
    store = administering.open_partnership(folder)
    cur = store.cursor()
    cur.execute("SET preserve_insertion_order = true")  # rows lie by submission, as when each came as a file
    cur.execute(MACROS)
    cur.execute(PEOPLE, [readings // 10])
    numbers = [n + 1 for n in range(CLINICS)]
    with transaction(cur):
        cur.execute(f"INSERT INTO rows.patients {PATIENTS} ORDER BY submission")
        cur.execute(f"INSERT INTO rows.clinical_events {EVENTS} ORDER BY submission", [EVENTS_FROM])
        cur.execute(f"INSERT INTO rows.blood_pressure {READINGS} ORDER BY submission", [READINGS_FROM])
        for clinic in range(CLINICS):
            _record(cur, clinic + 1, clinic, "patients", Window(None, None))
            for quarter in range(QUARTERS):
                for base, dataset in ((EVENTS_FROM, "clinical_events"), (READINGS_FROM, "blood_pressure")):
                    numbers.append(base + clinic * QUARTERS + quarter)
                    _record(cur, numbers[-1], clinic, dataset, quarter_window(quarter))
    cur.execute("SET preserve_insertion_order = false")
    accepting.accept_many(store, numbers)
    store.close()


def quarter_window(quarter: int) -> Window:
    """First and last day of a quarter, 0 to 11."""
    month = FIRST.month - 1 + 3 * quarter
    start = dt.date(FIRST.year + month // 12, month % 12 + 1, 1)
    after = dt.date(FIRST.year + (month + 3) // 12, (month + 3) % 12 + 1, 1)
    return Window(start, after - dt.timedelta(days=1))


def correction(store: Store, clinic: int, quarter: int) -> int:
    """Stage a clinic's readings of a quarter anew, a little lower; the number of the checked submission."""
    cur, number, old = store.cursor(), store.next_submission(), READINGS_FROM + clinic * QUARTERS + quarter
    with transaction(cur):
        cur.execute(f"""INSERT INTO rows.blood_pressure SELECT {number}, "row", patient_id, measured_on, systolic - 3,
                        diastolic, setting FROM rows.blood_pressure WHERE submission = {old}""")
        _record(cur, number, clinic, "blood_pressure", quarter_window(quarter))
    return number


def _record(cur: duckdb.DuckDBPyConnection, number: int, clinic: int, dataset: str, covers: Window) -> None:
    row = cur.execute(f"SELECT count(*) FROM rows.{dataset} WHERE submission = ?", [number]).fetchone()
    rows = row[0] if row else 0
    at = dt.datetime(2026, 10, 20)
    submissions.record(
        cur, Submission(number, str(number), f"clinic_{clinic:02}", dataset, covers, rows, rows, 0, "checked", at)
    )
    submissions.step(cur, number, "checked", "", at)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = asked.out or Path(name) / "var"
        seconds = timed(lambda: make_partnership(folder, asked.rows))
        size = sum(f.stat().st_size for f in folder.rglob("*")) / 1e6
        print(
            f"{asked.rows:,} readings of {asked.rows // 10:,} people accepted: {size:,.0f} MB, made in {seconds:.1f} s"
        )


if __name__ == "__main__":
    main()
