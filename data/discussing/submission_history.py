"""The history of a submission: each step, each note and each release, with who and when."""

import datetime as dt
from dataclasses import dataclass

import duckdb

from data.discussing.notes import File, Note, notes_on
from data.ledger.submissions import Submission


@dataclass(frozen=True)
class Line:
    """One thing that happened to a submission.

    `kind`: checked, left, accepted or withdrawn (a step); released or dropped (by a release); or that of the `note`.
    """

    kind: str
    at: dt.datetime
    actor: str
    release: int | None = None
    note: Note | None = None


def history(cur: duckdb.DuckDBPyConnection, entry: Submission) -> list[Line]:
    """Everything that happened to a submission, oldest first."""
    steps = cur.execute(
        "SELECT event, state, happened_at, actor FROM submission_event WHERE submission = ? ORDER BY event",
        [entry.submission],
    ).fetchall()
    lines = [((at, event, 0), Line(state, at, actor)) for event, state, at, actor in steps]
    lines += [((n.at, n.event, n.note), Line(n.kind, n.at, n.actor, note=n)) for n in notes_on(cur, File.of(entry))]
    lines += [((line.at, event, 0), line) for event, line in _releases(cur, steps)]
    return [line for _, line in sorted(lines, key=lambda found: found[0])]


def _releases(cur: duckdb.DuckDBPyConnection, steps: list[tuple]) -> list[tuple[int, Line]]:
    """The releases that first showed the submission, and first no longer did, with the step that they follow."""
    made = cur.execute("SELECT release, last_event, happened_at, actor FROM release_made ORDER BY release").fetchall()
    found, shown = [], False
    for release, last, at, actor in made:
        counting = [(event, state) for event, state, *_ in steps if event <= last and state in _COUNTS]
        if counting and (counting[-1][1] == "accepted") != shown:
            shown = not shown
            found.append((counting[-1][0], Line("released" if shown else "dropped", at, actor, release)))
    return found


_COUNTS = ("accepted", "withdrawn")
