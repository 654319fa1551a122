"""Reasons: why a warning is right as it is, in the partner's words; one for all cells of a rule in a column.

A reason holds for the file's bytes: checked again, the same file keeps it. An appeal about a warning that backbone
staff uphold is a reason too.
"""

from dataclasses import dataclass

import duckdb

from data.discussing.notes import File, Note, notes, notes_on
from data.ledger.submissions import Submission
from schemas.policy.rule_catalog import RULES

Place = tuple[str, str | None]
"""A rule, and the column in which it found something; None for whole rows."""
_GIVEN = ("reason", "upheld")


@dataclass(frozen=True)
class Warned:
    """A warning of a submission that has to be fixed or justified. `reason` is None while nobody has said why."""

    submission: int
    dataset: str
    rule: str
    column: str | None
    cells: int
    reason: Note | None

    @property
    def place(self) -> Place:
        """Its rule and column."""
        return self.rule, self.column


_WARNED = f"""SELECT s.submission, s.dataset, f.rule, f."column", count(*) AS cells, s.partner_id, s.sha256
    FROM finding f JOIN submission s USING (submission)
    WHERE f.rule IN ({", ".join(f"'{r.id}'" for r in RULES.values() if r.needs_reason)})"""
_IN_ORDER = """GROUP BY ALL ORDER BY s.submission DESC, cells DESC, f.rule, f."column" """


def warned(cur: duckdb.DuckDBPyConnection, entry: Submission) -> list[Warned]:
    """The warnings of a submission that need a reason, each with the one that was given last; most cells first."""
    rows = cur.execute(f"{_WARNED} AND s.submission = ? {_IN_ORDER}", [entry.submission]).fetchall()
    given = {(n.rule, n.column): n for n in notes_on(cur, File.of(entry)) if n.kind in _GIVEN}
    return [_warned(row, given.get(row[2:4])) for row in rows]


def without_reason(cur: duckdb.DuckDBPyConnection, partner_id: str) -> list[Warned]:
    """Warnings of the partner's accepted submissions for which no reason was given, newest submission first."""
    accepted = """AND s.partner_id = ? AND s.submission IN (SELECT submission FROM submission_event
        GROUP BY submission HAVING max_by(state, event) = 'accepted')"""
    rows = cur.execute(f"{_WARNED} {accepted} {_IN_ORDER}", [partner_id]).fetchall()
    given = {(n.file.dataset, n.file.sha256, n.rule, n.column) for n in notes(cur, partner_id) if n.kind in _GIVEN}
    return [_warned(row, None) for row in rows if (row[1], row[6], *row[2:4]) not in given]


def _warned(row: tuple, reason: Note | None) -> Warned:
    number, dataset, rule, column, cells = row[:5]
    return Warned(number, dataset, rule, column, cells, reason)


def used_before(cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str, place: Place) -> list[str]:
    """Reasons that the partner has given for this rule and column of a dataset, the newest first, each once."""
    given = [
        n.words
        for n in notes(cur, partner_id)
        if n.kind == "reason" and n.file.dataset == dataset and (n.rule, n.column) == place
    ]
    return list(dict.fromkeys(reversed(given)))
