"""Intake of a file of readings, everything included, against DuckDB's own all-text load of the same file.

    python bench/intake.py [--rows N] [--times N]

Included: digest, encoding, rows, cells, contract, findings, uniqueness, pseudonyms, typed rows on disk, ledger.
The floor splits the same bytes into text cells in a new database on disk and looks at nothing; rows with a wrong
number of fields, at which it would stop, it may leave out.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from machine import Measured, apart, show
from make_readings import write_readings

SETTINGS = """
name = "Bench"
[[partners]]
id = "clinic"
name = "Clinic"
kind = "clinic"
"""


def load_as_text(path: Path, folder: Path) -> int:
    import duckdb

    with duckdb.connect(str(folder / "floor.duckdb"), config={"preserve_insertion_order": False}) as con:
        con.execute(
            "CREATE TABLE readings AS SELECT * FROM read_csv(?, all_varchar = true, ignore_errors = true)",
            [str(path)],
        )
        con.execute("CHECKPOINT")
        return con.execute("SELECT count(*) FROM readings").fetchone()[0]


def take_in(path: Path, folder: Path) -> tuple[int, int, int]:
    from data.ledger.data_folder import make_folder
    from workflow import administering, submitting

    make_folder(folder / "var", SETTINGS)
    store = administering.open_partnership(folder / "var")
    report = submitting.check(store, path, "blood_pressure", "clinic").report
    store.close()
    return report.rows_in, report.rows_kept, report.table.height


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3, help="pairs of runs; the median ratio counts")
    asked = parser.parse_args()
    pairs: list[tuple[Measured, Measured]] = []
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        path = Path(name) / "readings.csv"
        write_readings(path, asked.rows)
        for _ in range(asked.times):
            with tempfile.TemporaryDirectory(dir=name) as run:
                pairs.append((apart(load_as_text, path, Path(run)), apart(take_in, path, Path(run))))
        size = path.stat().st_size / 1e6
    rows_in, kept, findings = pairs[-1][1].result
    ratios = [ours.seconds / floor.seconds for floor, ours in pairs]
    floor_s, ours_s = (statistics.median(p[n].seconds for p in pairs) for n in (0, 1))
    work = statistics.median(ours.work / floor.work for floor, ours in pairs)
    show(f"Intake of {asked.rows:,} readings ({size:,.0f} MB), median of {asked.times}", [
        ("DuckDB, all text", f"{floor_s:6.2f} s   peak {max(f.peak_mb for f, _ in pairs):6,.0f} MB"),
        ("Concord", f"{ours_s:6.2f} s   peak {max(o.peak_mb for _, o in pairs):6,.0f} MB"),
        ("ratio", f"{statistics.median(ratios):6.2f} x   ({', '.join(f'{r:.2f}' for r in ratios)}; at most 1.5)"),
        ("ratio of processor time", f"{work:6.2f} x   (says more where the machine has other work)"),
        ("rows", f"{rows_in:,} in, {kept:,} kept, {findings:,} findings"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
