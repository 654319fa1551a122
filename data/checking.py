"""Checking a partner's file: from its bytes to a held submission, or a report of why nothing was kept."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from data import intake, ledger
from data.findings import Refused
from data.intake import Progress, Report, Sending
from data.ledger import Submission
from data.standing import effect
from data.store import Store, forget, transaction
from schemas.rules import RULES


@dataclass(frozen=True)
class Checked:
    """A checked file: its report, and its submission number when its good rows may be accepted.

    `submission` is None when nothing was kept. `known` is the submission already made of the same bytes.
    """

    report: Report
    submission: int | None
    known: Submission | None = None

    @property
    def blocked(self) -> bool:
        """Whether it can only be accepted by saying that the good rows alone shall count."""
        return self.report.rows_blocked > 0


def check(
    store: Store, place: Path | bytes, sending: Sending, actor: str, progress: Progress | None = None,
    at: dt.datetime | None = None,
) -> Checked:  # fmt: skip
    """Check a file and hold its good rows, counting for nothing yet.

    Nothing is kept of a refused file, nor of one whose share of blocked rows is over the limit. The same bytes
    already accepted are answered with that submission; uploads of one partner wait for each other.
    """
    try:
        source = intake.fingerprint(place)
    except Refused as refused:
        report = Report(refused=refused)
        report.findings.whole(refused.rule.id, refused.column, refused.row, refused.note)
        return Checked(report, None)
    with store.sending(sending.partner_id):
        cur = store.cursor()
        known = ledger.same_file(cur, source.sha256, sending.partner_id, sending.dataset.name)
        if known and known.state == "accepted":
            report = Report(known.sha256, known.rows_in, known.rows_kept, known.covers)
            return Checked(report, known.submission, known)
        if known and known.state == "checked":
            with store.accepting, transaction(cur):
                forget(cur, known.submission)
        limit = store.partnership.policy.blocked_share_limit
        return _hold(cur, store.next_submission(), source, sending, limit=limit, actor=actor, progress=progress, at=at)


def _hold(
    cur: duckdb.DuckDBPyConnection, number: int, source: intake.Source, sending: Sending,
    *, limit: float, actor: str, progress: Progress | None, at: dt.datetime | None,
) -> Checked:  # fmt: skip
    cur.execute("BEGIN")
    try:
        report = intake.stage(cur, number, source, sending, progress)
        if report.refused or not report.rows_kept or report.blocked_share > limit:
            cur.execute("ROLLBACK")
            return Checked(report, None)
        now = at or dt.datetime.now(dt.UTC).replace(tzinfo=None)
        rows = (report.rows_in, report.rows_kept, report.rows_blocked)
        name = sending.dataset.name
        entry = Submission(number, report.sha256, sending.partner_id, name, report.covers, *rows, "checked", now)
        ledger.record(cur, entry, actor)
        _warn_of_loss(cur, entry, report)
        _keep_findings(cur, number, report)
        cur.execute("COMMIT")
    except BaseException:
        cur.execute("ROLLBACK")
        raise
    return Checked(report, number)


def _warn_of_loss(cur: duckdb.DuckDBPyConnection, entry: Submission, report: Report) -> None:
    """A warning when the file would take far more rows out of force than it brings: often an extract cut short."""
    replaced = effect(cur, entry).replaced if entry.covers.first else 0
    if replaced > 2 * entry.rows_kept:
        note = f"It would replace {replaced:,} rows by {entry.rows_kept:,}."
        report.findings.whole("replaces_more", note=note)


def _keep_findings(cur: duckdb.DuckDBPyConnection, number: int, report: Report) -> None:
    """Rule, row and column; never the value, nor the name of a column that is not ours: it may be anything."""
    named = pl.when(pl.col("rule") != "extra_column").then("column")
    kept = report.table.select(
        pl.lit(number, pl.Int32).alias("submission"), "rule", pl.col("row").cast(pl.Int32), named
    )
    cur.register("new_findings", kept.to_arrow())
    cur.execute("INSERT INTO finding SELECT * FROM new_findings")
    cur.unregister("new_findings")


def finding_list(report: Report, *, show_values: bool = False) -> list[dict[str, Any]]:
    """Findings as plain records: rule, category, reach, row, column, message; the value only when asked for."""
    records = []
    for rule_id, row, column, value in report.table.iter_rows():
        rule = RULES[rule_id]
        record = {
            "rule": rule.id, "category": rule.category, "reach": rule.reach, "row": row, "column": column,
            "message": report.findings.message(rule, column),
        }  # fmt: skip
        records.append(record | ({"value": value} if show_values else {}))
    return records
