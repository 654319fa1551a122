"""Hiding the small numbers of a release, and auditing it, against one pass that only marks the small ones.

    python bench/disclosure.py [--data FOLDER] [--partners [N ...]] [--invented N]

On the newest release of a data folder (the demo's when none is named), then on made-up partnerships of growing size;
`--partners` without a number looks at the release alone, and says which share of its cells that are not small is hidden.
The floor marks what is small itself (`metrics.disclosure.suppression.small`); Concord's hiding adds what would give it away to the
public or to any partner, and the audit looks at every hidden count through the eyes of each of them. Last, the smallest
of them again with people of one partner in ZIP codes that nobody else knows: nothing is different.
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
from make_counts import SMALLEST, make_cells

from data.releases import release_folders
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL
from metrics.disclosure import suppression
from workflow import administering

MOST_SECONDS = 5
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
    """The exact cells of the closed periods of the newest release, as they were before anything was hidden."""
    store = administering.open_partnership(folder)
    release = release_folders.current_release(folder)
    if release is None:
        raise SystemExit(f"{folder} has no release")
    exact = store.cursor().execute("FROM released WHERE release = ? AND closed", [release]).pl()
    store.close()
    totals_only = (pl.col("counts_only_partners") > 0) & (pl.col("scope") != PARTNERSHIP)
    exact.drop("suppressed").with_columns(counts_only=totals_only).write_parquet(kept)


def made(partners: int, elsewhere: int, invented: bool, kept: Path) -> None:
    make_cells(partners, elsewhere, invented=invented).write_parquet(kept)


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
    return both_clocks(lambda: suppression.hidden(cells, SMALLEST) | cells["folded"])


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
    tables = cells.filter(~pl.col("folded"))
    primary, beside = int(tables["primary"].sum()), int((tables["suppressed"] & ~tables["primary"]).sum())
    return [
        ("cells", f"{len(cells):,}, of which {len(tables):,} are in tables{more}"),
        (
            "hidden in tables",
            f"{primary:,} small, and of the others {beside:,} ({beside / (len(tables) - primary):.1%})",
        ),
        *shown(cells),
        ("floor", f"{1000 * floor.seconds:7.2f} ms   peak {floor.peak_mb:6,.0f} MB"),
        ("hiding", took(found.hiding, before.hiding if before else None)),
        ("audit", took(found.audit, before.audit if before else None)),
        ("found by the audit", f"{found.audit.result} (must be 0)"),
    ]


def shown(cells: pl.DataFrame) -> list[tuple[str, str]]:
    """How many totals are still shown, of the partnership and of partners, of years and of months."""
    totals = cells.filter(pl.col("stratifier") == ALL, pl.col("denominator").is_not_null(), ~pl.col("folded"))
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
    parser.add_argument("--invented", type=int, default=300, help="people of one partner in ZIP codes of their own")
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
        before: Protected | None = None
        for partners in asked.partners:
            apart(made, partners, 0, False, kept)
            found = protect(f"{partners} made-up partners", kept)
            tell(found, before)
            before = found
        if not asked.partners:
            return
        fewest = min(asked.partners)
        found = []
        for invented in (False, True):
            apart(made, fewest, asked.invented, invented, kept)
            what = "each in a ZIP code of its own" if invented else "without a place"
            found.append(protect(f"{fewest} partners, {asked.invented} people of one {what}", kept))
            tell(found[-1], None)
        print(f"the same cells, with the same ones hidden: {found[0].cells.equals(found[1].cells)} (must be True)")


def tell(found: Protected, before: Protected | None) -> None:
    busy = f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy"
    show(f"Disclosure control of {found.name} ({busy})", lines(found, before))


if __name__ == "__main__":
    main()
