"""Every read that a page makes, at a large store: none may take longer than 50 ms.

    python bench/pages.py [--rows READINGS]

Pages keep what they read in a cache; here nothing is cached.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from machine import apart, show, timed
from make_partnership import correction, make_partnership

from data.ledger.store import Store
from schemas.policy.viewer import EVERYONE, Viewer
from workflow import administering, reading, releasing, submitting

MOST_MS, TIMES = 50, 7
CLINIC = Viewer(role="partner", partner_id="clinic_03")
INDICATOR = "bp_control"


def published(folder: Path, readings: int) -> None:
    make_partnership(folder, readings)
    store = administering.open_partnership(folder)
    releasing.publish(store)
    store.close()


def reads(store: Store, number: int) -> dict[str, Callable[[], Any]]:
    """What the pages ask for, with the filters they use. `number` is a checked submission of the clinic."""
    end = reading.read_results(store, EVERYONE, indicator=INDICATOR, period_kind="year")["period_end"].max()
    mine = {"indicator": INDICATOR, "scope": "partnership"}
    made: dict[str, Callable[[], Any]] = {"any page: the release": lambda: reading.current_release(store)}
    for who, viewer in (("leader", EVERYONE), ("partner", CLINIC)):
        asked: dict[str, dict[str, Any]] = {
            "scorecard: all figures": {"stratifier": "all", "period_kind": "year"},
            "scorecard: groups of an indicator": mine | {"period_kind": "year", "period_end": end},
            "indicator: its groups": mine | {"period_kind": "year"},
            "indicator: one grouping": mine | {"period_end": end, "stratifier": ["sex", "all"]},
            "indicator: months": mine | {"stratifier": "all", "period_kind": "month"},
            "indicator: left out": mine | {"period_end": end, "stratifier": "exclusion"},
            "everything published": {},
        }
        for name, only in asked.items():
            made[f"{name} ({who})"] = lambda v=viewer, o=only: reading.read_results(store, v, **o)  # type: ignore[misc]
    made["scorecard: who reports"] = lambda: reading.read_coverage(store, EVERYONE, INDICATOR, end)  # type: ignore[arg-type]
    made["submit: the ledger"] = lambda: reading.read_submissions(store, CLINIC)
    made["submit: current rows"] = lambda: reading.read_current_rows(store, str(CLINIC.partner_id))
    made["submit: what would be replaced"] = lambda: submitting.effect(store, number)
    return made


def measure(folder: Path) -> list[tuple[str, float]]:
    store = administering.open_partnership(folder)
    number = correction(store, 3, 11)
    times = [(name, 1000 * timed(read, TIMES)) for name, read in reads(store, number).items()]
    store.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = Path(name) / "var"
        apart(published, folder, asked.rows)
        measured = apart(measure, folder)
    show(f"Reads of pages at {asked.rows:,} readings, median of {TIMES} (at most {MOST_MS} ms)", [
        *((name, f"{ms:7.1f} ms{'   too slow' if ms > MOST_MS else ''}") for name, ms in measured.result),
        ("peak memory", f"{measured.peak_mb:7,.0f} MB"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
