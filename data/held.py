"""Held: checked submissions that wait for their partner's yes. Their rows, pseudonymised, count for nothing.

A wait ends with the yes, with a no, or after the days that the policy says. The ledger keeps the entry in each case.
"""

import datetime as dt
from collections.abc import Mapping

import duckdb
import polars as pl

from data.findings import SCHEMA
from data.intake import Report
from data.ledger import Submission, step
from data.store import drop_rows, forget
from schemas.rules import Rule

# Who checks a file without waiting for a person's yes: what such a check left behind at a crash is sent again.
_UNATTENDED = "regexp_matches(max_by(actor, event), '^(job|cli|watch):')"
LAPSED = "concord"
"""The actor of the step by which a wait ends by itself."""
_CHECKED = "GROUP BY submission HAVING max_by(state, event) = 'checked'"


def leave(cur: duckdb.DuckDBPyConnection, submission: int, actor: str, at: dt.datetime) -> None:
    """End the wait of a checked submission: what it holds goes, its ledger entry stays with who left it and when."""
    drop_rows(cur, submission)
    step(cur, submission, "left", actor, at)


def forget_unattended(cur: duckdb.DuckDBPyConnection) -> None:
    """Remove what jobs had checked and neither accepted nor given up when the server stopped."""
    rows = cur.execute(f"SELECT submission FROM submission_event {_CHECKED} AND {_UNATTENDED}").fetchall()
    for (submission,) in rows:
        forget(cur, submission)


def lapsed(cur: duckdb.DuckDBPyConnection, before: dt.datetime, partner_id: str | None = None) -> list[int]:
    """Checked submissions (of one partner) that have waited since before a moment."""
    rows = cur.execute(
        f"""SELECT submission FROM submission_event JOIN submission USING (submission)
            WHERE coalesce(partner_id = ?, true) {_CHECKED} AND max(happened_at) < ?""",
        [partner_id, before],
    ).fetchall()
    return [row[0] for row in rows]


def held_report(cur: duckdb.DuckDBPyConnection, entry: Submission, rules: Mapping[str, Rule]) -> Report:
    """What the store still knows of a submission's report: findings and repairs, but no value.

    `rules`: the catalogue, with the limits in force in its words.
    """
    report = Report.of(entry)
    report.findings.rules = rules
    found = cur.execute(
        """SELECT rule, "row", "column", CAST(NULL AS VARCHAR) AS value FROM finding WHERE submission = ?""",
        [entry.submission],
    ).pl()
    report.findings.frames.append(found.cast(pl.Schema(SCHEMA)))
    for kind, column, cells in cur.execute(
        """SELECT repair, "column", cells FROM repair WHERE submission = ?""", [entry.submission]
    ).fetchall():
        report.receipt.made[kind, column] = cells
        report.receipt.examples[kind, column] = {}
    return report
