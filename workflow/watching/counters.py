"""What this process did since it started: counted in memory, by words of ours alone."""

import threading
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["checked", "blocked", "failed", "accepted", "withdrawn", "discarded"]
"""What became of an upload: stored, not stored for what was found, not to be read; then what was decided about it."""
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds: how many took no longer than each is counted."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass
class Durations:
    """How many took how long: by bucket (the last: longer than all), and all seconds together."""

    by_bucket: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.by_bucket[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


_lock = threading.Lock()
requests: Counter[tuple[str, str, int]] = Counter()
"""(kind of address, method, status) -> how many."""
request_durations: dict[str, Durations] = {}
"""Kind of address -> how long its requests took."""
reruns = Durations()
uploads: Counter[Outcome] = Counter()


def answered(kind: str, method: str, status: int, seconds: float) -> None:
    """A request was answered. `kind`: one of the kinds of the log. A method that none of ours takes has no name."""
    with _lock:
        requests[kind, method if method in METHODS else "other", status] += 1
        request_durations.setdefault(kind, Durations()).add(seconds)


def drawn(seconds: float) -> None:
    """A page was drawn for somebody, or drawn anew."""
    with _lock:
        reruns.add(seconds)


def upload(outcome: Outcome) -> None:
    """Something became of an upload; whose it is is not counted."""
    with _lock:
        uploads[outcome] += 1
