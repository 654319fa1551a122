"""What encryption costs: the same work on a partnership with a key and without one, in turns.

python bench/encryption.py [--rows READINGS] [--times N]
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from machine import Measured, apart, show
from make_partnership import QUARTERS, correction, make_partnership

from data.ledger.data_folder import ENCRYPTION_VARIABLE
from data.ledger.encryption.encryption_key import EncryptionKey
from workflow import accepting, administering, reading, releasing
from workflow.recovery import backing_up

PARTS = ("open", "accept", "release", "read all rows", "backup")


def work(folder: Path) -> Measured:
    """Open, accept a clinic's quarter, release, read every row, back up: seconds and processor seconds of each."""
    spent: dict[str, tuple[float, float]] = {}

    def timed(part, call):
        start, work = time.perf_counter(), time.process_time()
        found = call()
        spent[part] = time.perf_counter() - start, time.process_time() - work
        return found

    store = timed("open", lambda: administering.open_partnership(folder))
    number = correction(store, 0, QUARTERS - 1)
    timed("accept", lambda: accepting.accept(store, number))
    timed("release", lambda: releasing.publish(store))
    everything = "SELECT count(*), max(hash(t)) FROM rows.blood_pressure t"
    timed("read all rows", lambda: store.cursor().execute(everything).fetchall())
    timed("backup", lambda: backing_up.back_up(store, str(folder.parent / "backups")))
    assert reading.all_submissions(store)
    store.close()
    return Measured(0, 0, spent)


def hide_nothing(folder: Path) -> None:
    """What is hidden takes minutes to settle, in memory: it would cover what is measured here."""
    with (folder / "concord.toml").open("a", encoding="utf-8") as settings:
        settings.write("[policy]\nsmallest_cell = 1\n")


def on_disk(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=3, help="rounds; the median counts")
    asked = parser.parse_args()
    os.environ.pop(ENCRYPTION_VARIABLE, None)
    keys = {"plain": None, "encrypted": EncryptionKey.new().written()}
    runs: dict[str, list[Measured]] = {kind: [] for kind in keys}
    sizes = {}
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        for kind, key in keys.items():
            with_key(key)
            apart(make_partnership, Path(name) / kind, asked.rows)
            hide_nothing(Path(name) / kind)
            sizes[kind] = on_disk(Path(name) / kind)
        for n in range(asked.times):
            for kind, key in keys.items():
                with_key(key)
                place = Path(name) / f"{kind}-{n}"
                shutil.copytree(Path(name) / kind, place / "var")
                runs[kind].append(apart(work, place / "var"))
                shutil.rmtree(place)
    with_key(None)
    lines = [(part, line(runs, part)) for part in PARTS]
    peaks = {kind: max(run.peak_mb for run in found) for kind, found in runs.items()}
    lines.append(("peak memory", f"{peaks['plain']:7,.0f} MB {peaks['encrypted']:7,.0f} MB"))
    lines.append(("store on disk", f"{sizes['plain'] / 1e6:7,.1f} MB {sizes['encrypted'] / 1e6:7,.1f} MB"))
    show(f"{asked.rows:,} readings, {asked.times} rounds: plain, encrypted, ratio (and ratio of processor time)", lines)


def with_key(key: str | None) -> None:
    os.environ.pop(ENCRYPTION_VARIABLE, None)
    if key:
        os.environ[ENCRYPTION_VARIABLE] = key


def line(runs: dict[str, list[Measured]], part: str) -> str:
    wall, work = (
        [statistics.median(run.result[part][which] for run in runs[kind]) for kind in ("plain", "encrypted")]
        for which in (0, 1)
    )
    return f"{wall[0]:7.2f} s  {wall[1]:7.2f} s  {wall[1] / wall[0]:5.2f}  ({work[1] / work[0]:.2f})"


if __name__ == "__main__":
    main()
