"""Checked submissions that await their partner's acceptance. Their rows, pseudonymized, count for nothing.

A wait ends with the yes, with a no, or after the days that the policy says. The ledger keeps the entry in each case.
"""

import datetime as dt
from collections.abc import Mapping

import duckdb
import polars as pl

from data.checking.intake_report import Report
from data.findings import SCHEMA
from data.ledger.store import Store
from data.ledger.submissions import NotPossible, Submission, drop_rows, forget, step, submission
from schemas.policy.rule import Rule

# Who checks a file without waiting for a person's yes: what such a check left behind at a crash is sent again.
_UNATTENDED = "regexp_matches(max_by(actor, event), '^(job|cli|watch):')"
LAPSED = "concord"
"""The actor of the step by which a wait ends by itself."""
_CHECKED = "GROUP BY submission HAVING max_by(state, event) = 'checked'"


def leave(cur: duckdb.DuckDBPyConnection, number: int, actor: str, at: dt.datetime) -> None:
    """End the wait of a checked submission: what it holds goes, its ledger entry stays with who left it and when."""
    drop_rows(cur, number)
    step(cur, number, "left", actor, at)


def refuse_unless_checked(cur: duckdb.DuckDBPyConnection, number: int) -> None:
    """Raise NotPossible when a submission waits for no yes: only then can it be left."""
    state = submission(cur, number).state
    if state != "checked":
        raise NotPossible(f"submission {number} is {state}: only a checked file can be left")


def tidy(store: Store) -> None:
    """At a start: forget what jobs had under way at the stop, and end the waits that have lasted too long."""
    _forget_unattended(store)
    let_lapse(store)


def _forget_unattended(store: Store) -> None:
    """Remove what jobs had checked and neither accepted nor given up when the server stopped. What a job of another
    server has under way now stays: it holds the lock of its partner."""
    left = f"""SELECT partner_id, submission FROM submission_event JOIN submission USING (submission)
        WHERE coalesce(partner_id = ?, true) GROUP BY ALL HAVING max_by(state, event) = 'checked' AND {_UNATTENDED}"""
    for partner_id in sorted({row[0] for row in store.cursor().execute(left, [None]).fetchall()}):
        sending = store.sending(partner_id)
        if not sending.acquire(blocking=False):
            continue
        try:
            with store.accepting, store.changing(store.cursor()) as cur:
                for _, number in cur.execute(left, [partner_id]).fetchall():
                    forget(cur, number)
        finally:
            sending.release()


def _lapsed(cur: duckdb.DuckDBPyConnection, before: dt.datetime, partner_id: str | None = None) -> list[int]:
    """Checked submissions (of one partner) that have waited since before a moment."""
    rows = cur.execute(
        f"""SELECT submission FROM submission_event JOIN submission USING (submission)
            WHERE coalesce(partner_id = ?, true) {_CHECKED} AND max(happened_at) < ?""",
        [partner_id, before],
    ).fetchall()
    return [row[0] for row in rows]


def let_lapse(store: Store, partner_id: str | None = None) -> None:
    """End the waits (of one partner) that have lasted longer than the policy says."""
    now = store.now()
    before = now - dt.timedelta(days=store.partnership.policy.held_days + 1)
    with store.accepting, store.changing(store.cursor()) as cur:
        for number in _lapsed(cur, before, partner_id):
            leave(cur, number, LAPSED, now)


def recorded_report(cur: duckdb.DuckDBPyConnection, entry: Submission, rules: Mapping[str, Rule]) -> Report:
    """What the store still knows of a submission's report: findings and repairs, but no value.

    `rules`: the catalog, with the limits of the partnership in its words.
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
