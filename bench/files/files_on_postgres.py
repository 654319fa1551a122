"""What a small file costs in a store on Postgres, against the store that is a file: checked and accepted, read, and what
it takes to see that nobody else has written.

python bench/files/files_on_postgres.py [--files N]

It starts a Postgres of its own on loopback. Processor time of this process and of Postgres is compared, since a shared
machine tells nothing by the clock.
"""

import argparse
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import ROOT, show

sys.path.insert(0, str(ROOT))

from data.ledger.submissions import submissions
from tests.support.lake import lake_stores, postgres
from tests.support.partnerships import Row, TestPartnership, fresh

PARTNERS = ("alder", "birch")
READS = 50


def processor_seconds(pid: int) -> float:
    """What a process and those that it started have used so far, as far as they still run or were waited for."""
    ticks = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(status.parent.name) == pid or int(said[1]) == pid:
            ticks += sum(map(int, said[11:15]))
    return ticks / 100


def took(pids: list[int], step: Callable[[], object], times: int) -> float:
    """Processor time of one step, of several."""
    step()
    before = sum(map(processor_seconds, pids))
    for _ in range(times):
        step()
    return (sum(map(processor_seconds, pids)) - before) / times


def measured(made: TestPartnership, pids: list[int], files: int) -> tuple[float, float]:
    """Seconds for a file of eight readings, checked and accepted, and for one look at the ledger."""
    sent = iter(range(10_000))

    def send() -> None:
        number = next(sent)
        rows: list[Row] = [
            {
                "patient_id": f"P{n:02}",
                "measured_on": dt.date(2025, 3, 1),
                "systolic": 110 + number % 90,
                "diastolic": 80,
            }
            for n in range(8)
        ]
        made.send(PARTNERS[number % 2], "blood_pressure", rows)

    each = took(pids, send, files)
    return each, took(pids, lambda: submissions(made.store.cursor()), READS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20)
    asked = parser.parse_args()
    if why := postgres.lacking():
        print(why)  # and the other programs go on
        return
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name, pytest.MonkeyPatch.context() as patch:
        here = [os.getpid()]
        as_file = fresh(Path(name) / "file", PARTNERS)
        file = measured(as_file, here, asked.files)
        as_file.close()
        cluster = postgres.make(Path(name) / "postgres" / "cluster")
        try:
            lake_stores.open_on_postgres(cluster, patch)
            made = fresh(Path(name) / "lake", PARTNERS)
            assert made.store.lake
            pids = [*here, cluster.process.pid]
            lake = measured(made, pids, asked.files)
            state = took(pids, made.store.lake.state, READS * 10)
            made.close()
        finally:
            cluster.stop()
    show("A file of eight readings, and a look at the ledger: processor time", [
        ("a file: checked and accepted", f"{file[0] * 1e3:8.1f} ms   1.00"),
        ("Postgres: checked and accepted", f"{lake[0] * 1e3:8.1f} ms   {lake[0] / file[0]:.2f}"),
        ("a file: the ledger read", f"{file[1] * 1e3:8.1f} ms   1.00"),
        ("Postgres: the ledger read", f"{lake[1] * 1e3:8.1f} ms   {lake[1] / file[1]:.2f}"),
        ("Postgres: whether anybody wrote", f"{state * 1e3:8.1f} ms   {state / file[1]:.2f}"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
