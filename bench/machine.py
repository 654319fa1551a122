"""What the figures are measured on, and how one part is measured: alone in a process of its own.

python bench/machine.py
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # a program of bench/ also runs where Concord is not installed
    sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Measured:
    """Seconds and peak resident memory (MB) of one part, and what it returned; `work`: seconds of all processors."""

    seconds: float
    peak_mb: float
    result: Any
    work: float = 0


def apart(part: Callable[..., Any], *arguments: Any) -> Measured:
    """Run `part` in a new process, so that no part's memory or warm caches help or hurt another."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, part, arguments).result()


def _measure(part: Callable[..., Any], arguments: tuple[Any, ...]) -> Measured:
    start, work = time.perf_counter(), time.process_time()
    result = part(*arguments)
    # A part that times itself (to leave its preparation out) returns a Measured without a peak.
    if isinstance(result, Measured):
        return Measured(result.seconds, _peak_mb(), result.result, result.work)
    return Measured(time.perf_counter() - start, _peak_mb(), result, time.process_time() - work)


def _peak_mb() -> float:
    """VmHWM: unlike getrusage's figure it does not begin with what the parent process had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def timed(call: Callable[[], Any], times: int = 1) -> float:
    """Median seconds of `call` over `times` runs."""
    runs = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        runs.append(time.perf_counter() - start)
    return statistics.median(runs)


def show(title: str, lines: Iterable[tuple[str, str]]) -> None:
    """Print a small table."""
    lines = list(lines)
    width = max(len(name) for name, _ in lines)
    print(title)
    for name, value in lines:
        print(f"  {name:<{width}}  {value}")


def main() -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = [(name, version(name)) for name in ("duckdb", "polars", "pyarrow", "pandera")]
    show("Machine", [("processor", platform.machine()), ("cores", str(len(os.sched_getaffinity(0)))),
                     ("memory", f"{memory:.0f} GB"), ("python", platform.python_version()), *packages])  # fmt: skip


if __name__ == "__main__":
    main()
