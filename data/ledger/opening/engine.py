"""How DuckDB is started for a store: its threads, its memory, and where it spills."""

import os
from pathlib import Path

from data.ledger.opening.store_faults import StoreUnavailable

THREADS_VARIABLE = "CONCORD_THREADS"
MOST_THREADS = 256


def engine_settings(folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    """How DuckDB is started for the store of a data folder."""
    # No extension is ever fetched, and spilled intermediate results (already pseudonymized) stay in the data folder.
    return {
        **_threads(),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        "memory_limit": "3GB",
        # What a count has used goes back to the machine within seconds. DuckDB's allocator by itself kept 110 MB of it.
        "allocator_background_threads": True,
        # What was written lies in memory until then. By itself DuckDB waits for 16 MB, some 170 files of 2,000 rows.
        "checkpoint_threshold": "4MB",
        "temp_directory": str(folder / "spill"),
    }


def leave_one_processor() -> None:
    """Where nobody said how many threads: leave a processor to those who look at pages while files are counted. With a
    second thread a file of 2,000 rows took 0.9 s of processor time in place of 0.5, and 50 MB more."""
    os.environ.setdefault(THREADS_VARIABLE, str(min(MOST_THREADS, max(1, (os.cpu_count() or 1) - 1))))


def _threads() -> dict[str, int]:
    """How many threads the engine may use: by itself it takes every core it sees, also those a container was not given.

    Raises StoreUnavailable when what was said is no such number.
    """
    said = os.environ.get(THREADS_VARIABLE, "")
    if said and not (said.isdecimal() and 0 < int(said) <= MOST_THREADS):
        raise StoreUnavailable(
            f"{THREADS_VARIABLE} must be a whole number from 1 to {MOST_THREADS}. Nothing was opened"
        )
    return {"threads": int(said)} if said else {}
