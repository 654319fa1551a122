"""The receipt of what left: each file that was withdrawn because its partner left, or because its agreement ended."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import NamedTuple

from data.ledger import submissions
from data.ledger.store import Store
from schemas.policy.viewer import Viewer
from workflow.accepting import ENDED, LEFT
from workflow.access.permitting import require

_WHY = {LEFT: "the partner left", ENDED: "the agreement ended"}
_COLUMNS = (
    "submission", "dataset", "covers_from", "covers_to", "rows_withdrawn", "keyed_code_of_the_file", "withdrawn_at_utc",
    "why",
)  # fmt: skip


class Gone(NamedTuple):
    """A file that left: its number and dataset, its days, how many rows, the code of its bytes, when (UTC), and why."""

    submission: int
    dataset: str
    first: dt.date | None
    last: dt.date | None
    rows: int
    code: str
    at: dt.datetime
    why: str


def read_receipt(store: Store, viewer: Viewer, partner_id: str) -> list[Gone]:
    """What left of a partner and was not accepted again, oldest first. Raises NotAllowed."""
    require(viewer, "read_files", partner_id)
    cur = store.cursor()
    by = {n: actor for n, actor in submissions.withdrawn_by(cur, partner_id) if actor in _WHY}
    return [
        Gone(s.submission, s.dataset, *s.covers, s.rows_kept, s.sha256, s.at, _WHY[by[s.submission]])
        for s in reversed(submissions.submissions(cur, partner_id))
        if s.state == "withdrawn" and s.submission in by
    ]


def as_csv(gone: Sequence[Gone]) -> bytes:
    """The receipt as a table: numbers, days, codes and words of ours alone."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([*one[:6], f"{one.at:%Y-%m-%dT%H:%M:%SZ}", one.why] for one in gone)
    return out.getvalue().encode()
