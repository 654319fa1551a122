"""Readmission to any hospital, counted over stays, against one sorted pass over the same rows.

    python bench/readmission.py [--rows STAYS] [--times N]

The floor only looks at the gap to the next admission. Concord's figure adds transfers, overlaps, exclusions,
planned returns, people known to several hospitals, both scopes, all strata, rolling years and months.
"""

import argparse
import datetime as dt
import statistics
import tempfile
import time
from pathlib import Path

from machine import Measured, apart, show, timed

from data.ledger import submissions
from data.ledger.data_folder import make_folder
from data.ledger.store import transaction
from data.ledger.submissions import Submission, Window
from metrics.counting import counts
from metrics.indicators import indicators
from workflow import administering

HOSPITALS = 8
COVERS = Window(dt.date(2024, 10, 1), dt.date(2026, 9, 30))
SETTINGS = 'name = "Bench"\ntoday = 2026-10-20\n' + "".join(
    f'[[partners]]\nid = "hospital_{n}"\nname = "Hospital {n}"\nkind = "hospital"\n' for n in range(HOSPITALS)
)
# Two stays for each person on average, of one to ten days, a sixth of them at another hospital than the first.
STAYS = f"""CREATE TEMP TABLE stays AS
    SELECT n, n % people AS person, (n % people + CASE WHEN hash(n, 'else') % 6 = 0 THEN 1 ELSE 0 END) % {HOSPITALS} AS hospital,
        DATE '2024-10-01' + CAST(hash(n, 'day') % 715 AS INTEGER) AS admitted_on,
        admitted_on + CAST(1 + hash(n, 'long') % 10 AS INTEGER) AS discharged_on
    FROM (SELECT n, ? // 2 AS people FROM range(?) t(n))"""
ROWS = """
    SELECT hospital + 1 AS submission, row_number() OVER () + 1, CAST(md5('stay' || n) AS UUID),
        CAST(md5(person || '/' || hospital) AS UUID), admitted_on, discharged_on, 'inpatient', NULL,
        CASE hash(n, 'to') % 20 WHEN 0 THEN 'died' WHEN 1 THEN 'transfer_acute' WHEN 2 THEN 'against_advice' ELSE 'home' END,
        CASE hash(n, 'planned') % 12 WHEN 0 THEN 'yes' WHEN 1 THEN NULL WHEN 2 THEN NULL ELSE 'no' END,
        CASE hash(n, 'why') % 30 WHEN 0 THEN 'C50911' WHEN 1 THEN 'O80' ELSE 'I509' END,
        CASE hash(n, 'done') % 4 WHEN 0 THEN '5A1D70Z;0SR90JZ' END, NULL
    FROM stays ORDER BY submission"""
PATIENTS = """
    SELECT hospital + 101, row_number() OVER () + 1, CAST(md5(person || '/' || hospital) AS UUID),
        CAST(md5('token' || person) AS UUID), DATE '1935-01-01' + CAST(hash(person, 'born') % 30000 AS INTEGER), NULL,
        CASE person % 2 WHEN 0 THEN 'female' ELSE 'male' END, CASE person % 3 WHEN 0 THEN 'white' ELSE 'black' END,
        NULL, NULL, NULL, NULL, NULL
    FROM (SELECT DISTINCT person, hospital FROM stays)"""
FLOOR = """
    SELECT count(*) FROM (
        SELECT lead(admitted_on) OVER (PARTITION BY patient_id ORDER BY admitted_on) - discharged_on AS gap
        FROM rows.hospital_stays) WHERE gap <= 30"""


def make(folder: Path, stays: int) -> None:
    make_folder(folder, SETTINGS)
    store = administering.open_partnership(folder)
    cur, at = store.cursor(), dt.datetime(2026, 10, 20)
    cur.execute(STAYS, [stays, stays])
    with transaction(cur):
        cur.execute(f"INSERT INTO rows.hospital_stays {ROWS}")
        cur.execute(f"INSERT INTO rows.patients {PATIENTS}")
        for dataset, first, covers in (("hospital_stays", 1, COVERS), ("patients", 101, Window(None, None))):
            for n in range(HOSPITALS):
                number = first + n
                entry = Submission(number, str(number), f"hospital_{n}", dataset, covers, 1, 1, 0, "checked", at)
                submissions.record(cur, entry)
                submissions.step(cur, number, "checked", "", at)
                submissions.step(cur, number, "accepted", "")
    store.close()


def sorted_pass(folder: Path) -> Measured:
    store = administering.open_partnership(folder)
    cur = store.cursor()
    work = time.process_time()
    seconds = timed(lambda: cur.execute(FLOOR).fetchone())
    work = time.process_time() - work
    found = cur.execute(FLOOR).fetchone()
    store.close()
    return Measured(seconds, 0, found[0] if found else 0, work)


def count(folder: Path) -> Measured:
    store = administering.open_partnership(folder)
    cur, indicator = store.cursor(), indicators()["readmission_any_hospital"]
    work = time.process_time()
    with transaction(cur):
        seconds = timed(lambda: counts.refresh_all(cur, [indicator], store.partnership.choices))
    work = time.process_time() - work
    found = cur.execute("""SELECT denominator, numerator FROM counts WHERE owner = 'partnership' AND period_kind = 'year'
                           AND stratifier = 'all' ORDER BY period_end DESC LIMIT 1""").fetchone()  # fmt: skip
    store.close()
    return Measured(seconds, 0, found, work)


def _median(runs: list[Measured]) -> str:
    work, seconds = (statistics.median(getattr(run, name) for run in runs) for name in ("work", "seconds"))
    return f"{work:6.2f} s of processor time, {seconds:6.2f} s on the clock"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = Path(name) / "var"
        apart(make, folder, asked.rows)
        pairs = [(apart(sorted_pass, folder), apart(count, folder)) for _ in range(asked.times)]
    ratios = [ours.work / floor.work for floor, ours in pairs]
    floor_s, ours_s = (_median([pair[n] for pair in pairs]) for n in (0, 1))
    show(f"Readmission over {asked.rows:,} stays, median of {asked.times}", [
        ("one sorted pass", f"{floor_s}   peak {max(f.peak_mb for f, _ in pairs):6,.0f} MB"),
        ("all counts of the indicator", f"{ours_s}   peak {max(o.peak_mb for _, o in pairs):6,.0f} MB"),
        ("ratio", f"{statistics.median(ratios):6.2f} x   ({', '.join(f'{r:.2f}' for r in ratios)}; aim 3)"),
        ("found", f"{pairs[-1][0].result:,} gaps of 30 days or less; last year: {pairs[-1][1].result}"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
