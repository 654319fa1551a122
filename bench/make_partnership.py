"""A large partnership, put straight into a store by SQL: the files of 15 clinics over 12 quarters, in force.

    python bench/make_partnership.py [--rows READINGS] [--out FOLDER]

Ten readings and six visits for each person with hypertension; every fifth person is known to two clinics.
"""

import argparse
import datetime as dt
import tempfile
from pathlib import Path

import duckdb
from machine import timed  # before all others: it says where Concord lies

import workflow
from data import ledger
from data.ledger import Submission, Window
from data.settings import make_folder
from data.store import transaction
from workflow import Store

CLINICS, QUARTERS = 15, 12
FIRST = dt.date(2023, 10, 1)
LAST = dt.date(2026, 9, 30)
SETTINGS = 'name = "Bench"\ntoday = 2026-10-20\n' + "".join(
    f'[[partners]]\nid = "clinic_{n:02}"\nname = "Clinic {n}"\nkind = "clinic"\n' for n in range(CLINICS)
)

# hash(n, word) % m stands for chance: the same rows every time, in any order of work.
PEOPLE = f"""CREATE TEMP TABLE people AS
    SELECT n, clinic, CAST(md5(n || '/' || clinic) AS UUID) AS patient_id, CAST(md5('token' || n) AS UUID) AS token
    FROM (SELECT n, unnest(CASE WHEN n % 5 = 0 THEN [n % {CLINICS}, (n + 1) % {CLINICS}] ELSE [n % {CLINICS}] END) AS clinic
          FROM range(?) t(n))"""
PATIENTS = """
    SELECT clinic + 1 AS submission, row_number() OVER () + 1 AS "row", patient_id, token,
        DATE '1935-01-01' + CAST(hash(n, 'born') % 25000 AS INTEGER), NULL,
        ['female', 'male'][1 + hash(n, 'sex') % 2],
        ['white', 'black', 'asian', 'white;asian', 'declined'][1 + hash(n, 'race') % 5],
        ['not_hispanic', 'hispanic', NULL][1 + hash(n, 'ethnicity') % 3],
        ['english', 'spanish', 'chinese'][1 + hash(n, 'language') % 3],
        ['medicare', 'medicaid', 'commercial'][1 + hash(n, 'payer') % 3],
        '0' || (2100 + hash(n, 'zip') % 40), '2500' || (1 + hash(n, 'county') % 9)
    FROM people"""
DAY = f"DATE '{FIRST}' + CAST(hash({{n}}, '{{word}}') % {(LAST - FIRST).days + 1} AS INTEGER)"
NUMBER = f"{{base}} + clinic * {QUARTERS} + date_diff('quarter', DATE '{FIRST}', {{day}})"
VISITS = f"""
    SELECT {NUMBER.format(base="?", day="starts_on")} AS submission, 0, patient_id, event, starts_on, ends_on, NULL
    FROM (SELECT clinic, patient_id, 'office_visit' AS event, {DAY.format(n="n * 10 + k", word="visit")} AS starts_on, starts_on AS ends_on
          FROM people, range(6) v(k)
          UNION ALL SELECT clinic, patient_id, 'hypertension', DATE '{FIRST}' + CAST(hash(n, 'onset') % 60 AS INTEGER), NULL FROM people
          UNION ALL SELECT clinic, patient_id, ['hospice', 'pregnancy', 'dialysis'][1 + hash(n, 'why') % 3],
              {DAY.format(n="n", word="excluded")} AS day, day FROM people WHERE hash(n, 'out') % 40 = 0)"""
READINGS = f"""
    SELECT {NUMBER.format(base="?", day="measured_on")} AS submission, 0, patient_id, measured_on,
        95 + hash(patient_id, measured_on, 'systolic') % 80, 55 + hash(patient_id, measured_on, 'diastolic') % 40,
        ['office', 'home', 'remote_device', NULL][1 + hash(patient_id, measured_on, 'setting') % 4]
    FROM (SELECT clinic, patient_id, unnest(range(CASE WHEN n % 5 = 0 THEN 5 ELSE 10 END)) AS k,
              {DAY.format(n="patient_id::VARCHAR || k", word="read")} AS measured_on FROM people)"""
VISITS_FROM, READINGS_FROM = 100, 1000  # numbers of the first submissions


def make_partnership(folder: Path, readings: int) -> None:
    """Make a data folder whose clinics have sent patients, visits and readings; all counts worked out."""
    make_folder(folder, SETTINGS)
    store = workflow.open_partnership(folder)
    cur = store.cursor()
    cur.execute("SET preserve_insertion_order = true")  # rows lie by submission, as when each came as a file
    cur.execute(PEOPLE, [readings // 10])
    numbers = [n + 1 for n in range(CLINICS)]
    with transaction(cur):
        cur.execute(f"INSERT INTO rows.patients {PATIENTS} ORDER BY submission")
        cur.execute(f"INSERT INTO rows.clinical_events {VISITS} ORDER BY submission", [VISITS_FROM])
        cur.execute(f"INSERT INTO rows.blood_pressure {READINGS} ORDER BY submission", [READINGS_FROM])
        for clinic in range(CLINICS):
            _record(cur, clinic + 1, clinic, "patients", Window(None, None))
            for quarter in range(QUARTERS):
                for base, dataset in ((VISITS_FROM, "clinical_events"), (READINGS_FROM, "blood_pressure")):
                    numbers.append(base + clinic * QUARTERS + quarter)
                    _record(cur, numbers[-1], clinic, dataset, quarter_window(quarter))
    cur.execute("SET preserve_insertion_order = false")
    workflow.accept_many(store, numbers)
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
    ledger.record(cur, Submission(number, str(number), f"clinic_{clinic:02}", dataset, covers, rows, rows, 0, "checked", at), "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = asked.out or Path(name) / "var"
        seconds = timed(lambda: make_partnership(folder, asked.rows))
        size = sum(f.stat().st_size for f in folder.rglob("*")) / 1e6
        print(f"{asked.rows:,} readings of {asked.rows // 10:,} people in force: {size:,.0f} MB, made in {seconds:.1f} s")


if __name__ == "__main__":
    main()
