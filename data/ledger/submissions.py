"""The ledger: which submissions there are, their states, and which days of each are current.

Submissions and their events are only ever added. `coverage` is derived: it is worked out again for one
partner and dataset whenever one of its submissions is accepted or withdrawn. Closed days stay with the submissions that
were accepted when they closed (`data.ledger.closed_quarters`). What was deleted for good is current nowhere.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from data.ledger.closed_quarters import Closing, closings, kept_since
from schemas.datasets.dataset_catalog import DATASETS


class Window(NamedTuple):
    """Days from `first` to `last`, both included; both None for a dataset without dates."""

    first: dt.date | None
    last: dt.date | None

    @classmethod
    def read(cls, text: str) -> "Window":
        """From FIRST:LAST. Raises ValueError, with what to write."""
        try:
            first, last = (dt.date.fromisoformat(day) for day in text.split(":"))
        except ValueError:
            raise ValueError("write FIRST:LAST, such as 2026-01-01:2026-03-31") from None
        if last < first:
            raise ValueError("the last day is before the first")
        return cls(first, last)


NO_WINDOW = Window(None, None)


class Piece(NamedTuple):
    """Days that are current of one submission."""

    submission: int
    rank: int
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class Submission:
    """One ledger entry with its present state: checked, left, accepted or withdrawn.

    `at` (UTC) and `event`: when it came into that state, and the number of this step in the ledger.
    """

    submission: int
    sha256: str
    partner_id: str
    dataset: str
    covers: Window
    rows_in: int
    rows_kept: int
    rows_blocked: int
    state: str
    at: dt.datetime
    event: int = 0


class NotPossible(Exception):
    """The step does not fit the submission's state; the message says why."""


_SELECT = """
SELECT s.submission, sha256, partner_id, dataset, covers_from, covers_to, rows_in, rows_kept, rows_blocked,
       max_by(e.state, e.event) AS state, max(e.happened_at) AS happened_at, max(e.event) AS event
FROM submission s JOIN submission_event e USING (submission)
"""


def senders(cur: duckdb.DuckDBPyConnection) -> list[str]:
    """The ids of all partners that ever sent a file, also of those that the settings no longer list."""
    return [row[0] for row in cur.execute("SELECT DISTINCT partner_id FROM submission ORDER BY ALL").fetchall()]


def submissions(cur: duckdb.DuckDBPyConnection, partner_id: str | None = None) -> list[Submission]:
    """All submissions (of one partner), newest first."""
    rows = cur.execute(
        f"{_SELECT} WHERE coalesce(? = partner_id, true) GROUP BY ALL ORDER BY s.submission DESC",
        [partner_id],
    ).fetchall()
    return [_submission(row) for row in rows]


def withdrawn_by(cur: duckdb.DuckDBPyConnection, partner_id: str) -> list[tuple[int, str]]:
    """(number, who withdrew it last) of the partner's submissions that were ever withdrawn."""
    return cur.execute(
        """SELECT submission, max_by(e.actor, e.event) FROM submission_event e JOIN submission s USING (submission)
           WHERE s.partner_id = ? AND e.state = 'withdrawn' GROUP BY ALL ORDER BY ALL""",
        [partner_id],
    ).fetchall()


def submission(cur: duckdb.DuckDBPyConnection, number: int) -> Submission:
    """One submission; NotPossible when there is none of this number."""
    row = cur.execute(f"{_SELECT} WHERE s.submission = ? GROUP BY ALL", [number]).fetchone()
    if row is None:
        raise NotPossible(f"there is no submission {number}")
    return _submission(row)


def not_left(cur: duckdb.DuckDBPyConnection, number: int) -> Submission:
    """One submission whose rows are still there. Raises NotPossible for any other."""
    entry = submission(cur, number)
    if entry.state == "left":
        raise NotPossible(f"submission {number} was left, and its rows are gone: choose the file again")
    return entry


def same_file(
    cur: duckdb.DuckDBPyConnection, sha256: str, partner_id: str, dataset: str, reading: str = ""
) -> Submission | None:
    """The submission made of the very same bytes, read in the same way, if there is one that was not left."""
    row = cur.execute(
        f"""{_SELECT} WHERE sha256 = ? AND partner_id = ? AND dataset = ? AND coalesce(reading, '') = ?
            GROUP BY ALL HAVING max_by(e.state, e.event) <> 'left' ORDER BY s.submission DESC LIMIT 1""",
        [sha256, partner_id, dataset, reading],
    ).fetchone()
    return _submission(row) if row else None


def _submission(row: tuple) -> Submission:
    number, sha256, partner_id, dataset, first, last, *rest = row
    return Submission(number, sha256, partner_id, dataset, Window(first, last), *rest)


def record(cur: duckdb.DuckDBPyConnection, entry: Submission, reading: str = "") -> None:
    """Write a checked submission into the ledger; `step` says that it was checked. `reading`: how its file was read, as
    text."""
    cur.execute(
        "INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            entry.submission,
            entry.sha256,
            entry.partner_id,
            entry.dataset,
            *entry.covers,
            entry.rows_in,
            entry.rows_kept,
            entry.rows_blocked,
            reading,
        ],
    )


def last_step(cur: duckdb.DuckDBPyConnection) -> int:
    """The number of the newest step in the ledger; 0 when there is none."""
    return int(cur.execute("SELECT coalesce(max(event), 0) FROM submission_event").fetchall()[0][0])


def step(
    cur: duckdb.DuckDBPyConnection, number: int, state: str, actor: str, at: dt.datetime | None = None, after: int = 0
) -> None:
    """Add an event (of now, or of `at` in UTC), and make the right windows current when it changes what counts.

    The caller holds `Store.accepting` until it is committed: steps are numbered one after the other. `after`: the
    `last_step`, where a transaction that began before that lock was held cannot see it.
    """
    cur.execute(
        """INSERT INTO submission_event
           SELECT greatest(coalesce(max(event), 0), ?) + 1, ?, ?, ?, ? FROM submission_event""",
        [after, number, state, (at or dt.datetime.now(dt.UTC)).replace(tzinfo=None, microsecond=0), actor],
    )
    if state in ("accepted", "withdrawn"):
        entry = submission(cur, number)
        make_current(cur, entry.partner_id, entry.dataset)


def drop_rows(cur: duckdb.DuckDBPyConnection, submission: int) -> None:
    """Remove what a checked submission holds: rows, findings and repairs. Its ledger entry stays."""
    found = cur.execute("SELECT dataset FROM submission WHERE submission = ?", [submission]).fetchone()
    for table in ("finding", "repair", f"rows.{DATASETS[found[0]].name}") if found else ():
        cur.execute(f"DELETE FROM {table} WHERE submission = ?", [submission])


def forget(cur: duckdb.DuckDBPyConnection, submission: int) -> None:
    """Remove a check that nobody was to decide on: what it holds, and its ledger entry too."""
    drop_rows(cur, submission)
    for table in ("submission", "submission_event"):
        cur.execute(f"DELETE FROM {table} WHERE submission = ?", [submission])


def make_current(cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str) -> None:
    """Work out anew which days of which submissions of a partner's dataset are current."""
    now = _accepted(cur, partner_id, dataset)
    pieces = now
    if DATASETS[dataset].starts:
        closed = closings(cur, dataset)
        pieces = settled_pieces(
            now, [(closing, _accepted(cur, partner_id, dataset, closing.last_event)) for closing in closed]
        )
        if closed and (kept := kept_since(cur)):
            pieces = [p for piece in pieces if (p := _clipped(piece, kept, dt.date.max))]
    cur.execute("DELETE FROM coverage WHERE partner_id = ? AND dataset = ?", [partner_id, dataset])
    for piece in pieces:
        cur.execute(
            "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?)",
            [partner_id, dataset, piece.submission, piece.rank, piece.first, piece.last],
        )


def _accepted(
    cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str, last_event: int | None = None
) -> list[Piece]:
    """The windows accepted now, or right after the step `last_event`, in the order of acceptance."""
    rows = cur.execute(
        """SELECT s.submission, max(e.event) AS rank, covers_from, covers_to
           FROM submission s JOIN submission_event e USING (submission)
           WHERE partner_id = ? AND dataset = ? AND coalesce(e.event <= ?, true)
             AND submission NOT IN (SELECT submission FROM submission_event WHERE state = 'left')
           GROUP BY ALL HAVING max_by(e.state, e.event) = 'accepted' ORDER BY rank""",
        [partner_id, dataset, last_event],
    ).fetchall()
    return [Piece(*row) for row in rows]


def settled_pieces(now: list[Piece], closed: list[tuple[Closing, list[Piece]]]) -> list[Piece]:
    """Windows accepted now, and at each closing -> pieces that never overlap, closed days as they stood then."""
    found = []
    for closing, accepted in closed:
        found += [p for piece in current_pieces(accepted) if (p := _clipped(piece, closing.first, closing.last))]
    opened = closed[-1][0].last + dt.timedelta(days=1) if closed else dt.date.min
    return found + [p for piece in current_pieces(now) if (p := _clipped(piece, opened, dt.date.max))]


def _clipped(piece: Piece, first: dt.date, last: dt.date) -> Piece | None:
    """The days of a piece from `first` to `last`; None when it has none of them."""
    assert piece.first and piece.last
    first, last = max(piece.first, first), min(piece.last, last)
    return piece._replace(first=first, last=last) if first <= last else None


def current_pieces(accepted: list[Piece]) -> list[Piece]:
    """Windows in the order of acceptance -> pieces that never overlap: each takes its days over from those before."""
    pieces: list[Piece] = []
    for new in accepted:
        pieces = [rest for old in pieces for rest in _without(old, new)] + [new]
    return sorted(pieces, key=lambda p: (p.first, p.submission))


def _without(old: Piece, new: Piece) -> list[Piece]:
    """What is left of `old` when `new` takes its days."""
    assert old.first and old.last and new.first and new.last
    if new.last < old.first or old.last < new.first:
        return [old]
    day = dt.timedelta(days=1)
    left = [old._replace(last=new.first - day)] if old.first < new.first else []
    right = [old._replace(first=new.last + day)] if new.last < old.last else []
    return left + right
