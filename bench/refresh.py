"""What accepting one clinic's quarter costs, against working all counts out again.

python bench/refresh.py [--rows READINGS] [--times N]
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from machine import Measured, apart, show, timed
from make_partnership import CLINICS, QUARTERS, correction, make_partnership

from workflow import accepting, administering, reading

MIDDLE, LAST = QUARTERS // 2, QUARTERS - 1


def accept_one(folder: Path, clinic: int, quarter: int) -> Measured:
    store = administering.open_partnership(folder)
    number = correction(store, clinic, quarter)
    seconds = timed(lambda: accepting.accept(store, number))
    rows = reading.all_submissions(store)[0].rows_kept
    store.close()
    return Measured(seconds, 0, rows)


def refresh(folder: Path) -> Measured:
    store = administering.open_partnership(folder)
    seconds = timed(lambda: administering.refresh(store))
    found = store.cursor().execute("SELECT count(*) FROM counts").fetchone()
    store.close()
    return Measured(seconds, 0, found[0] if found else 0)


def line(runs: list[Measured], whole: float) -> str:
    seconds = statistics.median(run.seconds for run in runs)
    return f"{seconds:7.2f} s   {seconds / whole:6.1%}   peak {max(run.peak_mb for run in runs):6,.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3, help="clinics whose quarter is sent again; the median counts")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = Path(name) / "var"
        made = apart(make_partnership, folder, asked.rows)
        all_again = [apart(refresh, folder)]
        whole = all_again[0].seconds
        clinics = range(min(asked.times, CLINICS))
        last = [apart(accept_one, folder, clinic, LAST) for clinic in clinics]
        middle = [apart(accept_one, folder, clinic, MIDDLE) for clinic in clinics]
    rows = statistics.mean(run.result for run in last)
    show(f"Refresh at {asked.rows:,} readings of {CLINICS} clinics (made in {made.seconds:.0f} s)", [
        ("all counts again", line(all_again, whole)),
        (f"the last quarter of one clinic ({rows:,.0f} rows)", line(last, whole) + "   (at most 5 %)"),
        ("a quarter in the middle (in five rolling years)", line(middle, whole) + "   (at most 5 %)"),
        ("counts", f"{all_again[0].result:,}"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
