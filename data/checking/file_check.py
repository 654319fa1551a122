"""Checking a file: from its bytes to a submission that awaits acceptance, or a report of why nothing was kept.

The one place where the stages of a file meet: bytes -> members -> table (`file_tables`), table -> layout -> header ->
batches -> cells -> rows in the store (`intake`), and what then stands in the ledger.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal

import duckdb
import polars as pl

from data.checking import continuity, intake, returned_file
from data.checking.awaiting_acceptance import leave
from data.checking.file_tables import table_to_check
from data.checking.intake_report import CONVERTING, Report, Sending
from data.discussing.appeals import limit_lifted
from data.discussing.notes import File
from data.findings import Refused, rows_with
from data.ledger import kept_reads, submissions
from data.ledger.current_rows import late, replaced
from data.ledger.profiles.file_shapes import keep_shape
from data.ledger.pseudonyms import READ_AS, file_digest, keyed_digest
from data.ledger.store import Store
from data.ledger.submissions import Submission
from data.receiving.file_source import Place, Progress, unheard
from data.receiving.text_table import TextTable
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.limits import Limits

MOST_ROWS_SHOWN, LARGEST_SHOWN = 2_000, 50 << 20
"""Rows that are looked up in the file to show their values, and bytes of a file in which they are: a second's work."""


@dataclass(frozen=True)
class Checked:
    """A checked file: its report, and its submission number when its good rows may be accepted.

    `submission` is None when nothing was kept. `known` is the submission already made of the same bytes.
    """

    report: Report
    submission: int | None
    known: Submission | None = None
    replaced: bool = False
    """Whether it took the place of a check of the same table that was waiting."""
    table: TextTable | None = None
    """The table that was read; it lives as long as the session that sent it."""

    @property
    def _can_be_changed(self) -> bool:
        """Whether its rows can be given back to be fixed: those made of a FHIR export are fixed where it comes from."""
        return bool(self.table and self.report.header and not self.table.origin)

    @property
    def blocked(self) -> bool:
        """Whether it can only be accepted by saying that the good rows alone shall count."""
        return self.report.rows_blocked > 0

    @property
    def header_cells(self) -> tuple[str, ...]:
        """The cells of the header."""
        return self.report.header.cells if self.report.header else ()

    @property
    def own_names(self) -> dict[str, str]:
        """Column -> its own name in the file, where that differs."""
        return self.report.header.own_names if self.report.header else {}

    @cached_property
    def shown_findings(self) -> pl.DataFrame:
        """The findings with the value of each cell, also of those that only other rows or files tell: for the sender,
        while the file is at hand. Of a large file, or of many rows, those stay without."""
        table, header = self.report.table, self.report.header
        in_doubt = pl.col("value").is_null() | returned_file.AS_READ
        lacking = table.filter(in_doubt & pl.col("row").is_not_null() & pl.col("column").is_not_null())
        rows = lacking["row"].unique().sort().head(MOST_ROWS_SHOWN)
        if not self.table or not header or not len(rows) or self.table.size > LARGEST_SHOWN:
            return table
        return returned_file.with_values(table, returned_file.row_cells(self.table, header, rows), header)

    def messages(self, rows: Collection[int]) -> dict[int, str]:
        """Row -> what is to be fixed in it, briefly, for some rows."""
        return returned_file.messages(self.report, brief=True, only=rows)

    def rows_to_fix(self, most_rows: int, most_bytes: int) -> dict[int, list[str]]:
        """Row -> its cells, for the rows that are blocked or have lost a value; empty when they are too many or the
        table is too large."""
        rows = pl.concat([rows_with(self.report.table, reach) for reach in ("record", "value")]).unique()
        if not self.table or not self.report.header or not self._can_be_changed:
            return {}
        if not 0 < len(rows) <= most_rows or self.table.size > most_bytes:
            return {}
        return returned_file.row_cells(self.table, self.report.header, rows)

    def corrected(self, changed: dict[int, list[str]], dropped: frozenset[int]) -> bytes:
        """The table as CSV with some rows corrected and some left out."""
        assert self.table and self.report.header
        return returned_file.corrected(self.table, self.report.header, changed, dropped)

    @property
    def kinds_given_back(self) -> list[Literal["xlsx", "csv"]]:
        """As what the table can be given back: nothing when its bytes are gone, a large one not as a spreadsheet."""
        if not self.table or not self._can_be_changed:
            return []
        fits = self.table.size <= returned_file.LARGEST_SHEET and self.table.lines < returned_file.MOST_SHEET_ROWS
        return ["xlsx", "csv"] if fits else ["csv"]

    def given_back(self, kind: Literal["csv", "xlsx"]) -> Iterator[bytes]:
        """The table as it was sent with a message beside each row, piece by piece."""
        assert self.table
        if kind == "xlsx":
            yield returned_file.annotated_xlsx(self.table, self.report)
        else:
            yield from returned_file.annotated_csv(self.table, self.report)


def check(
    store: Store, place: Place, sending: Sending, actor: str, on_progress: Progress = unheard,
    at: dt.datetime | None = None,
) -> Checked:  # fmt: skip
    """Check a file and keep its good rows, awaiting acceptance: they count for nothing yet.

    Nothing is kept of a refused file, nor of one about which a question is open, nor of one whose share of blocked rows
    is over the limit, unless an upheld appeal lifts it for this file. The same table, read in the same way and already
    accepted, is answered with that submission; checked again it takes the place of its earlier check. Uploads of one
    partner wait for each other.
    """
    try:
        table = table_to_check(place, sending.dataset, sending.reading.profile)
    except Refused as refused:
        report = Report(refused=refused)
        report.findings.whole(refused.rule.id, refused.column, refused.row, refused.note)
        return Checked(report, None)
    with store.sending(sending.partner_id):
        cur = store.cursor()
        digest = file_digest(sending.key, table.sha256)
        reading = read_as(sending)
        known = submissions.same_file(cur, digest, sending.partner_id, sending.dataset.name, reading)
        if known and known.state == "accepted":
            return Checked(Report.of(known), known.submission, known)
        file = File(sending.partner_id, sending.dataset.name, digest)
        staged = partial(_stage, store, table, sending, known, lifted=limit_lifted(cur, file), actor=actor,
                         on_progress=on_progress, at=at)  # fmt: skip
        try:
            return staged()
        except duckdb.TransactionException:  # another server took rows out of the same tables: now while nobody may
            with store.accepting:
                return staged()


def read_as(sending: Sending) -> str:
    """How a file is read, as a keyed code: the same bytes read differently are another submission. Blank: as it stands.

    The answers themselves hold words of the file, so they are not written into the ledger.
    """
    reading = sending.reading
    order = "" if reading.date_order == "iso" else reading.date_order
    converted = sorted(CONVERTING & sending.confirmed)
    words = " ".join(part for part in (order, reading.profile.key(), *converted) if part)
    return keyed_digest(sending.key, READ_AS, words) if words else ""


def _stage(
    store: Store, table: TextTable, sending: Sending, before: Submission | None,
    *, lifted: bool, actor: str, on_progress: Progress, at: dt.datetime | None,
) -> Checked:  # fmt: skip
    """Stage a table as a new submission. `before`: the submission of the same table, which was not accepted when this
    began; when it was only checked, this takes its place. `lifted`: its share of blocked rows may be over the limit."""
    cur, number, limits = store.cursor(), store.next_submission(), sending.reading.limits
    cur.execute("BEGIN")
    try:
        report = intake.stage(cur, number, table, sending, on_progress)
        too_many = report.unusable_share > limits.blocked_share.value / 100 and not lifted
        if report.refused or report.asks or not report.rows_kept or too_many:
            cur.execute("ROLLBACK")
            return Checked(report, None, table=table)
        now = at or dt.datetime.now(dt.UTC).replace(tzinfo=None)
        _record(cur, number, report, sending, actor, now)
        with store.accepting:
            submissions.step(cur, number, "checked", actor, now, after=submissions.last_step(store.cursor()))
            # Meanwhile it may have been accepted, or left, in another window.
            same = submissions.submission(store.cursor(), before.submission) if before else None
            if same and same.state == "accepted":
                cur.execute("ROLLBACK")
                return Checked(Report.of(same), same.submission, same)
            if same and same.state == "checked":
                leave(cur, same.submission, actor, now)
            cur.execute("COMMIT")
            kept_reads.written()
            replaced = bool(same and same.state == "checked")
    except BaseException:
        with suppress(duckdb.Error):  # what could not be committed is rolled back already
            cur.execute("ROLLBACK")
        raise
    return Checked(report, number, table=table, replaced=replaced)


def _record(
    cur: duckdb.DuckDBPyConnection, number: int, report: Report, sending: Sending, actor: str, now: dt.datetime
) -> None:
    """Write the ledger entry of staged rows, with what was found and repaired."""
    rows = (report.rows_in, report.rows_kept, report.rows_blocked)
    name, limits = sending.dataset.name, sending.reading.limits
    entry = Submission(number, report.sha256, sending.partner_id, name, report.covers, *rows, "checked", now)
    submissions.record(cur, entry, read_as(sending))
    _warn_of_loss(cur, entry, report, limits)
    for caution in continuity.cautions(cur, entry, limits):
        report.findings.whole(caution.rule, note=caution.note)
    if report.shape:
        keep_shape(cur, entry.partner_id, name, number, report.shape, actor, now)
    _keep_findings(cur, number, report)
    _keep_receipt(cur, number, report)


def _warn_of_loss(cur: duckdb.DuckDBPyConnection, entry: Submission, report: Report, limits: Limits) -> None:
    """A warning when the file would replace far more rows than it brings: often an extract cut short."""
    gone = replaced(cur, entry, late(cur, entry))[0] if entry.covers.first else 0
    if gone > limits.replaced_rows.value * entry.rows_kept:
        note = f"It would replace {gone:,} rows by {entry.rows_kept:,}."
        report.findings.whole("replaces_more", note=note)


def _keep_findings(cur: duckdb.DuckDBPyConnection, number: int, report: Report) -> None:
    """Rule, row and column; never the value, nor the name of a column that is not ours: it may be anything."""
    ours = {column.name for dataset in DATASETS.values() for column in dataset.named}
    named = pl.when(pl.col("rule") != "extra_column", pl.col("column").is_in(sorted(ours))).then("column")
    kept = report.table.select(
        pl.lit(number, pl.Int32).alias("submission"), "rule", pl.col("row").cast(pl.Int32), named
    )
    cur.register("new_findings", kept.to_arrow())
    cur.execute("INSERT INTO finding SELECT * FROM new_findings")
    cur.unregister("new_findings")


def _keep_receipt(cur: duckdb.DuckDBPyConnection, number: int, report: Report) -> None:
    """Repair, column and number of cells; never a value."""
    for (kind, column), cells in report.receipt.made.items():
        cur.execute("INSERT INTO repair VALUES (?, ?, ?, ?)", [number, kind, column, cells])


def finding_list(report: Report, *, show_values: bool = False) -> list[dict[str, Any]]:
    """Findings as plain records (see `Findings.records`)."""
    return report.findings.records(show_values=show_values)
