"""Counting views without a trail of anyone: kept by month alone, gathered in memory, written now and then."""

import datetime as dt
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

import duckdb

from data.ledger.store import Store, transaction
from data.ledger.views import view_counts
from data.ledger.views.view_counts import Seen
from schemas.policy.viewer import Viewer
from workflow.access.permitting import require

MONTHS = 12
"""Months that are shown, this one among them; older counts are removed."""
SECONDS = 60.0
"""What was opened since the last writing is lost with a crash: no more than this."""
log = logging.getLogger(__name__)


class ViewCounts:
    """The counts of one store. What is counted is written by a thread of its own: no page waits for it."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock, self._written = store, clock, clock()
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._new: Counter[Seen] = Counter()

    def note(self, seen: Seen) -> None:
        """Count one view."""
        with self._lock:
            self._new[seen] += 1
            due = self._clock() - self._written >= SECONDS
            if due:
                self._written = self._clock()
        if due:
            threading.Thread(target=self.write, name="views").start()

    def write(self) -> None:
        """Write what was counted since the last time. Where that fails it is kept for the next."""
        with self._writing:
            with self._lock:
                new, self._new = self._new, Counter()
            if not new or self._store.read_only:
                return
            month = self._store.partnership.day.replace(day=1)
            try:
                with transaction(self._store.cursor(), aside=True) as cur:
                    view_counts.add(cur, month, new)
                    view_counts.forget(cur, months(month)[-1])
            except duckdb.Error as error:
                log.error("views were not written: %s", type(error).__name__)
                with self._lock:
                    self._new.update(new)

    def read(self, viewer: Viewer) -> dict[tuple[dt.date, Seen], int]:
        """The counts of the months shown: (first day of the month, what was opened) -> views. Raises NotAllowed."""
        require(viewer, "see_views")
        self.write()
        return view_counts.read(self._store.cursor(), months(self._store.partnership.day)[-1])


def months(day: dt.date) -> list[dt.date]:
    """The first days of the months shown, the newest first."""
    number = 12 * day.year + day.month - 1
    return [dt.date(n // 12, n % 12 + 1, 1) for n in range(number, number - MONTHS, -1)]
