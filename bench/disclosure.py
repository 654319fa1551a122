"""Hiding the small numbers of a release, and auditing it, against one pass that only marks the small ones.

    python bench/disclosure.py [--data FOLDER] [--partners N ...]

On the newest release of a data folder (the demo's when none is named), then on made-up partnerships of growing size.
The floor marks what is small itself (`metrics.disclosure.suppression.small`); Concord's hiding adds what would give it away to the
public or to any partner, and the audit looks at every hidden count through the eyes of each of them.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from machine import Measured, apart, show, timed
from make_counts import make_counts

from data.releases import release_folders
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL
from metrics.disclosure import suppression
from metrics.results import published_results
from workflow import administering

SMALLEST, MOST_SECONDS = 11, 60
TIMES_SMALL = 5  # the floor is over too soon to be measured once


@dataclass(frozen=True)
class Protected:
    """How long each part took on the same cells, and the cells with `primary` and `suppressed`."""

    name: str
    floor: Measured
    hiding: Measured
    audit: Measured
    cells: pl.DataFrame


def released(folder: Path, kept: Path) -> None:
    """The exact cells of the newest release, as they were before anything was hidden."""
    store = administering.open_partnership(folder)
    release = release_folders.current_release(folder)
    if release is None:
        raise SystemExit(f"{folder} has no release")
    exact = published_results.exact_results(store.cursor(), release)
    store.close()
    totals_only = (pl.col("counts_only_partners") > 0) & (pl.col("scope") != PARTNERSHIP)
    exact.with_columns(counts_only=totals_only).write_parquet(kept)


def made(partners: int, kept: Path) -> None:
    make_counts(partners).write_parquet(kept)


def both_clocks(call: Callable[[], pl.Series | int]) -> Measured:
    start, work = time.perf_counter(), time.process_time()
    found = call()
    return Measured(time.perf_counter() - start, 0, found, time.process_time() - work)


def mark(kept: Path) -> Measured:
    cells = pl.read_parquet(kept)
    return Measured(
        timed(lambda: suppression.small(cells, SMALLEST), TIMES_SMALL), 0, suppression.small(cells, SMALLEST)
    )


def hide(kept: Path) -> Measured:
    cells = pl.read_parquet(kept)
    return both_clocks(lambda: suppression.hidden(cells, SMALLEST))


def look(kept: Path) -> Measured:
    cells = pl.read_parquet(kept)
    return both_clocks(lambda: len(suppression.leaks(cells, SMALLEST)))


def protect(name: str, kept: Path) -> Protected:
    floor = apart(mark, kept)
    hiding = apart(hide, kept)
    cells = pl.read_parquet(kept).with_columns(primary=floor.result, suppressed=hiding.result)
    cells.write_parquet(kept)
    return Protected(name, floor, hiding, apart(look, kept), cells)


def lines(found: Protected, before: Protected | None) -> list[tuple[str, str]]:
    cells, floor = found.cells, found.floor

    def took(part: Measured, past: Measured | None) -> str:
        growth = f"   {part.work / past.work:5.1f} x the one before" if past else ""
        return (f"{part.seconds:7.2f} s, {part.work:7.2f} s of processors   peak {part.peak_mb:6,.0f} MB   "
                f"{part.seconds / floor.seconds:8,.0f} x the floor{growth}")  # fmt: skip

    more = f"   {len(cells) / len(before.cells):.1f} x the one before" if before else ""
    hidden, primary = int(cells["suppressed"].sum()), int(cells["primary"].sum())
    return [
        ("cells", f"{len(cells):,}: {primary:,} small, {hidden:,} hidden ({hidden / len(cells):.0%}){more}"),
        *shown(cells),
        ("floor", f"{1000 * floor.seconds:7.2f} ms   peak {floor.peak_mb:6,.0f} MB"),
        ("hiding", took(found.hiding, before.hiding if before else None)),
        ("audit", took(found.audit, before.audit if before else None)),
        ("found by the audit", f"{found.audit.result} (must be 0)"),
    ]


def shown(cells: pl.DataFrame) -> list[tuple[str, str]]:
    """How many totals are still shown, of the partnership and of partners, of years and of months."""
    totals = cells.filter(pl.col("stratifier") == ALL, pl.col("denominator").is_not_null())
    found = []
    for who, whose in (
        ("partnership's", pl.col("scope") == PARTNERSHIP),
        ("partners'", pl.col("scope") != PARTNERSHIP),
    ):
        for kind in ("year", "month"):
            mine = totals.filter(whose, pl.col("period_kind") == kind)
            if len(mine):
                still = f"{int((~mine['suppressed']).sum()):,} of {len(mine):,}"
                small = f"({int(mine['primary'].sum()):,} small themselves)"
                found.append((f"{who} totals of a {kind} shown", f"{still} {small}"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--partners", type=int, nargs="*", default=[8], help="e.g. 8 20 50: takes long")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        kept, folder = Path(name) / "cells.parquet", asked.data or Path(name) / "var"
        if asked.data is None:
            demo = [
                sys.executable,
                "-m",
                "concord",
                "demo",
                "--data",
                str(folder),
                "--practice-files",
                str(Path(name) / "files"),
            ]
            subprocess.run(demo, check=True, capture_output=True)
        apart(released, folder, kept)
        tell(protect(f"the release of {asked.data or 'the demo'} (each at most {MOST_SECONDS} s)", kept), None)
        before = None
        for partners in asked.partners:
            apart(made, partners, kept)
            found = protect(f"{partners} made-up partners", kept)
            tell(found, before)
            before = found


def tell(found: Protected, before: Protected | None) -> None:
    busy = f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy"
    show(f"Disclosure control of {found.name} ({busy})", lines(found, before))


if __name__ == "__main__":
    main()
