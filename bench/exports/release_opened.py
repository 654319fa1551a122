"""What it takes to show a release without the store, against opening the store that it was made from.

python bench/exports/release_opened.py --data FOLDER [--times N]

The data folder needs a release of this version, such as that of `concord demo`. Processor time is compared, since two
of these can run on one machine.
"""

import argparse
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import ROOT, Measured, apart, show

sys.path.insert(0, str(ROOT))

from schemas.policy.viewer import EVERYONE
from workflow import administering, reading
from workflow.carrying import release_store


def of_store(folder: Path) -> int:
    """Open it for reading, as the pages do, and read every figure."""
    store = administering.open_partnership(folder, read_only=True)
    found = reading.read_results(store, EVERYONE).height
    store.close()
    return found


def of_release(folder: Path) -> int:
    """The same from the release alone."""
    store = release_store.open_releases(folder / "releases")
    found = reading.read_results(store, EVERYONE).height
    store.close()
    return found


def line(runs: list[Measured], floor: float) -> str:
    work = statistics.median(run.work for run in runs)
    return f"{work:6.2f} s   {work / floor:5.2f}   peak {max(run.peak_mb for run in runs):6,.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    whole = [apart(of_store, asked.data) for _ in range(asked.times)]
    alone = [apart(of_release, asked.data) for _ in range(asked.times)]
    assert {run.result for run in whole} == {run.result for run in alone}
    floor = statistics.median(run.work for run in whole)
    newest = max((asked.data / "releases").glob("[0-9]*"))
    sizes = {name: (newest / f"{name}.duckdb").stat().st_size / 1e6 for name in ("shared", "dashboards", "research")}
    show(f"Showing a release of {whole[0].result:,} figures", [
        ("the store", line(whole, floor)),
        ("the release alone", line(alone, floor)),
        *((f"{name}.duckdb", f"{size:6.1f} MB") for name, size in sizes.items()),
        ("store", f"{(asked.data / 'concord.duckdb').stat().st_size / 1e6:6.1f} MB"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
