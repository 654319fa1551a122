"""The server's metrics in the text format of Prometheus (0.0.4). No partner, no name and no figure is in them.

Uploads are counted by outcome and never by partner: a count of few files of one partner would tell of its people.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

from data.ledger.opening.store_faults import FILE, WAL
from data.ledger.store import Store
from schemas.policy.viewer import Viewer
from workflow.access.permitting import require
from workflow.recovery.health import Answer
from workflow.watching import counters
from workflow.watching.counters import BUCKETS, Durations, Outcome

Labels = Mapping[str, str]


def text(store: Store, viewer: Viewer, health: Answer, queues: Mapping[str, int]) -> str:
    """All of them. `health`: what /health says; `queues`: name -> how many wait or are under way. Raises NotAllowed."""
    require(viewer, "see_metrics")
    return "".join(f"{line}\n" for line in _lines(store, health, queues))


def _lines(store: Store, health: Answer, queues: Mapping[str, int]) -> Iterator[str]:
    yield from _one("concord_up", "gauge", "1 when /health is well.", int(health["status"] == "ok"))
    yield from _told(
        "concord_requests_total", "counter", "Requests answered, by kind of address.",
        (({"kind": k, "method": m, "status": str(s)}, n) for (k, m, s), n in sorted(counters.requests.items())),
    )  # fmt: skip
    yield from _durations(
        "concord_request_seconds", "How long requests took.",
        (({"kind": kind}, d) for kind, d in sorted(counters.request_durations.items())),
    )  # fmt: skip
    yield from _durations("concord_rerun_seconds", "How long drawing a page took.", [({}, counters.reruns)])
    yield from _told(
        "concord_uploads_total", "counter", "What became of uploads.",
        (({"outcome": outcome}, counters.uploads[outcome]) for outcome in get_args(Outcome)),
    )  # fmt: skip
    yield from _told(
        "concord_queue_length", "gauge", "What waits or is under way.",
        (({"queue": name}, many) for name, many in queues.items()),
    )  # fmt: skip
    yield from _age("concord_release_age_seconds", "Age of the newest release.", health.get("release_age_hours"))
    yield from _age("concord_backup_age_seconds", "Age of the newest backup.", health.get("backup_age_hours"))
    if not store.lake:
        yield from _told(
            "concord_store_bytes", "gauge", "Size of the store's file and of its log.",
            (({"file": name}, _size(store.folder / file)) for name, file in (("store", FILE), ("log", WAL))),
        )  # fmt: skip
    yield from _one("concord_memory_bytes", "gauge", "Memory of this process.", _memory())


def _one(name: str, kind: str, about: str, value: float) -> Iterator[str]:
    yield from _told(name, kind, about, [({}, value)])


def _age(name: str, about: str, hours: object) -> Iterator[str]:
    """Nothing where there is none: an age of 0 would say that it was just made."""
    if isinstance(hours, (int, float)):
        yield from _one(name, "gauge", about, round(hours * 3600))


def _told(name: str, kind: str, about: str, samples: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        yield f"{name}{_labels(labels)} {value}"


def _durations(name: str, about: str, samples: Iterable[tuple[Labels, Durations]]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} histogram"
    for labels, told in samples:
        many = 0
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), told.by_bucket, strict=True):
            many += count
            yield f"{name}_bucket{_labels({**labels, 'le': bound})} {many}"
        yield f"{name}_sum{_labels(labels)} {told.seconds:.6f}"
        yield f"{name}_count{_labels(labels)} {many}"


def _labels(labels: Labels) -> str:
    said = ",".join(f'{name}="{value}"' for name, value in labels.items())
    return f"{{{said}}}" if said else ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _memory() -> int:
    """Bytes that the process holds in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
