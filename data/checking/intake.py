"""One table, from its text to checked rows in the store, with a finding for every defect.

The stages, in DESIGN.md's order, each handing on to the next: first lines -> layout -> header -> batches of text ->
the dataset's columns -> cells -> contract -> rows in the store -> checks across rows. The rows are staged inside the
caller's transaction; they count for nothing until their submission is accepted.
"""

import datetime as dt
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from functools import partial

import duckdb
import polars as pl
import pyarrow as pa

from data.checking import contract, cross_checks
from data.checking.guards import file_guards
from data.checking.intake_report import MARKS, Report, Sending
from data.checking.line_verdicts import LineVerdicts
from data.checking.signs import date_signs, id_signs
from data.checking.signs.leading_zeros import lost_zeros
from data.checking.uniqueness import Repeats
from data.findings import Findings, Refused, rows_with
from data.ledger import submissions
from data.ledger.pseudonyms import file_digest
from data.ledger.row_writer import RowWriter
from data.ledger.staging import Staged
from data.ledger.submissions import Window
from data.personal_identifiers import check_values, holds_numbers_of_things, looks_personal
from data.reading.cells import clean
from data.reading.column_shapes import shaped
from data.reading.lines.non_records import NonRecords
from data.reading.lines.row_batches import Batch, batches, line_breaks
from data.reading.prefetch import consume, prefetched
from data.reading.repairs import Receipt
from data.reading.table_header import Header, read_header
from data.reading.template_example import example_rows
from data.receiving.fhir.table_origin import DAMAGED
from data.receiving.file_source import Progress
from data.receiving.header_matching import name_of
from data.receiving.table_layout import first_lines, layout
from data.receiving.text_table import TextTable
from schemas.policy.rule_catalog import RULES, rules_under

MESSAGES = "concord_findings"
"""Name of the column that is added to a file given back; when it comes in again it is left out."""
MOST_UNDECLARED = 20
FEWEST_PERSONAL = 3
"""One id of the shape 123-45-6789 may be anything. Only a habit is told."""
_NEVER_A_ROW = ["wrong_field_count", "quote_inside_value", *DAMAGED]
"""What blocks a line before it is a row."""
_OF_LINES = [rule.id for rule in RULES.values() if rule.reach == "line"]


def stage(
    cur: duckdb.DuckDBPyConnection, submission: int, table: TextTable, sending: Sending, on_progress: Progress
) -> Report:
    """Read, check and stage a table's rows. Never raises for a bad table: the report says what is wrong.

    The caller's transaction must be rolled back when `report.refused` is set.
    """
    report = Report(
        sha256=file_digest(sending.key, table.sha256),
        findings=Findings(rules=rules_under(sending.reading.limits), confirmed=sending.confirmed),
        origin=table.origin,
    )
    if table.origin:
        table.origin.tell(report.findings)
    try:
        _Intake(cur, submission, table, sending, report, on_progress).run()
    except Refused as refused:
        report.refused = refused
        report.findings.whole(refused.rule.id, refused.column, refused.row, refused.note)
    for rule, count in table.marks.items():
        report.findings.whole(rule, note=MARKS[rule].format(count))
    return report


class _Intake:
    """The run of one table through the stages."""

    def __init__(
        self, cur: duckdb.DuckDBPyConnection, submission: int, table: TextTable, sending: Sending, report: Report,
        on_progress: Progress,
    ) -> None:  # fmt: skip
        self.cur, self.submission, self.table, self.sending = cur, submission, table, sending
        self.report, self.on_progress = report, on_progress
        self.dataset = sending.dataset
        self.schema = self.dataset.schema(sending.reading.limits, sending.reading.today)
        self.repeats = Repeats(self.dataset)
        self.writer = RowWriter(cur, self.dataset, submission, sending.partner_id, sending.key, sending.hospitals)
        self.first: dt.date | None = None
        self.last: dt.date | None = None
        self.left_out_of_batches = 0
        report.findings.notes |= contract.notes_of(self.dataset)

    def run(self) -> None:
        profile = self.sending.reading.profile
        found = layout(first_lines(self.table), self.dataset, profile)
        header = self.report.header = read_header(found, self.dataset, profile)
        self.reading = replace(
            self.sending.reading, units=header.units | self.sending.units, keys=header.keys,
            from_1904="other_day_zero" in self.table.marks,
        )  # fmt: skip
        columns, names = [c.name if c else None for c in header.columns], partial(name_of, dataset=self.dataset)
        self.verdicts = LineVerdicts(NonRecords(header.cells, columns, names, only_records=bool(self.table.origin)))
        self._report_header(header)
        consume(self._rows(header), self.writer.write, lambda: self.on_progress(self.report.rows_in))
        self.on_progress(self.report.rows_in)
        self.report.covers = self._window()
        self._across()
        if self.report.rows_in <= self.report.rows_left_out:
            raise Refused("empty_file")

    def _report_header(self, header: Header) -> None:
        for cell, column, shown in zip(header.cells, header.columns, header.shown, strict=True):
            if column is None and cell and cell != MESSAGES:
                self.report.findings.whole("extra_column", shown, header.row)
        if header.above:
            note = f"The header was found in line {header.row}."
            self.report.findings.whole("lines_above_header", None, header.row, note)
        for row in header.second:
            self.report.findings.whole("second_header", None, row)

    def _rows(self, header: Header) -> Generator[pa.RecordBatch, None, None]:
        """The good rows, for the store: it writes one batch while the next is checked and the one after is read."""
        with (
            closing(prefetched(batches(self.table, header, self.report.findings, self.verdicts.non_records))) as read,
            closing(prefetched(self._good(batch, header) for batch in read)) as checked,
        ):
            for good in checked:
                yield self.writer.pseudonymized(good)

    def _good(self, batch: Batch, header: Header) -> pl.DataFrame:
        """The rows of a batch that hold to the contract, cleaned; findings for the others."""
        batch = self._read_by_habit(batch, header) if batch.by_habit else batch
        self.report.rows_in += len(batch.rows)
        batch, broken = line_breaks(batch, header, self.report.findings)
        batch = self._records(batch.filter(~broken), header)
        self._look_at_unused(batch, header)
        cleaned, found = self._cleaned(batch, header)
        if len(no_records := rows_with(found, "line")):
            self.left_out_of_batches += len(no_records)
            others = ~pl.col("row").is_in(no_records.implode())
            found = found.filter(others | pl.col("rule").is_in(_OF_LINES))
            cleaned = cleaned.filter(others)
        blocked = rows_with(found, "record")
        none = self.verdicts.none_of(batch, blocked, found)
        self._left_out(batch, none)
        not_records = none["row"]
        self.report.findings.frames.append(found.filter(~pl.col("row").is_in(not_records.implode())))
        if len(gone := pl.concat([blocked, not_records])):
            cleaned = cleaned.filter(~pl.col("row").is_in(gone.implode()))
        self.repeats.see(cleaned)
        self._widen(cleaned)
        return cleaned

    def _read_by_habit(self, batch: Batch, header: Header) -> Batch:
        """The rows of a wrong length that read as records without any finding; the others have a wrong length."""
        scratch = self.report.receipt, self.report.findings
        self.report.receipt, self.report.findings = Receipt(), Findings()
        try:
            _, found = self._cleaned(batch, header)
        finally:
            self.report.receipt, self.report.findings = scratch
        wrong = batch.rows.is_in(found["row"].unique().implode())
        self.report.findings.add("wrong_field_count", None, batch.rows.filter(wrong))
        if not wrong.all():
            self.report.receipt.add("row_end", "(row)", int((~wrong).sum()), "(end of row)", "(blank cells)")
        return batch.filter(~wrong)

    def _records(self, batch: Batch, header: Header) -> Batch:
        """A batch without the lines that are plainly no records, before any of their cells is judged."""
        return self._left_out(batch, self.verdicts.plainly_none(batch, header))

    def _left_out(self, batch: Batch, none: pl.DataFrame) -> Batch:
        """A batch without these rows, each of which gets the finding that says what it is."""
        if none.is_empty():
            return batch
        for (rule,), rows in none.partition_by("rule", as_dict=True).items():
            self.report.findings.add(str(rule), None, rows["row"])
        self.left_out_of_batches += len(none)
        return batch.filter(~batch.rows.is_in(none["row"].implode()))

    def _look_at_unused(self, batch: Batch, header: Header) -> None:
        """What stands in columns that are not used: nothing personal, and values without a name are named."""
        for place, (cell, column, text) in enumerate(zip(header.cells, header.columns, batch.columns, strict=True)):
            if column is None and not holds_numbers_of_things(cell) and looks_personal(text.words).any():
                check_values(text.cells(text.words), batch.rows, header.shown[place])
            if not cell and text.at.is_not_null().any():
                self.report.findings.whole("extra_column", f"column {place + 1}, without a name", header.row)

    def _cleaned(self, batch: Batch, header: Header) -> tuple[pl.DataFrame, pl.DataFrame]:
        """A batch as typed cells, and the findings: cells that could not be read, and what breaks the contract."""
        unread, broken = Findings(notes=self.report.findings.notes), Findings()
        texts = shaped(batch, header, self.reading.profile.every_row, unread, self.report.receipt)
        cleaned = clean(batch.rows, texts, self.dataset.columns, self.reading, unread, self.report.receipt)
        contract.check(cleaned, self.schema, broken)
        unread.add("example_row", None, example_rows(cleaned, list(texts), self.dataset, self.reading))
        table = unread.table()
        cleaned, table = contract.settle(
            cleaned, pl.concat([table, _not_for_want_of(table, broken.table())]), self.dataset
        )
        outside = Findings()
        self._outside_window(cleaned, outside)
        return cleaned, pl.concat([table, outside.table()])

    def _day(self, batch: pl.DataFrame) -> pl.Series:
        return batch.select(pl.coalesce(self.dataset.starts)).to_series()

    def _outside_window(self, batch: pl.DataFrame, found: Findings) -> None:
        covers = self.sending.covers
        if self.dataset.starts and covers and covers.first and covers.last:
            day = self._day(batch)
            outside = ~day.is_between(covers.first, covers.last).fill_null(True)
            found.add("outside_window", self.dataset.starts[0], batch["row"].filter(outside), day.filter(outside))

    def _widen(self, good: pl.DataFrame) -> None:
        """The first and the last day of the rows that count: a mistyped year must not widen the window."""
        if self.dataset.starts:
            day = self._day(good)
            low, high = day.min(), day.max()
            if isinstance(low, dt.date) and isinstance(high, dt.date):
                self.first, self.last = min(self.first or low, low), max(self.last or high, high)

    def _across(self) -> None:
        staged = Staged(self.cur, self.dataset, self.submission, self.sending.partner_id, self.report.covers)
        found = self.report.findings.beside()
        found.add(self.dataset.repeated_rule, self.dataset.key[0] if self.dataset.key else None, self.repeats.rows())
        self._look_at_ids()
        self._look_at_signs(found)
        for row, name in list(self.writer.undeclared.values())[:MOST_UNDECLARED]:
            self.report.findings.add("undeclared_hospital", "hospital", pl.Series([row]), pl.Series([name]))
        if "patient_id" in self.writer.ids:
            lost_zeros(staged, "patient_id", self.writer.ids["patient_id"], found)
        file_guards.look(staged, self.writer.ids, self.sending, self.report, found)
        staged.drop(rows_with(found.table(), "record"))  # what does not count contradicts nothing
        across = self.report.findings.beside()
        cross_checks.across(staged, across)
        staged.drop(rows_with(across.table(), "record"))
        self.report.findings.frames += [*found.frames, *across.frames]
        counted = self.cur.execute(
            f"SELECT count(*) FROM {staged.table} WHERE submission = ?", [self.submission]
        ).fetchone()
        self.report.rows_kept = counted[0] if counted else 0
        table = self.report.findings.table()
        self.report.rows_undecided = self._undecided(table)
        self.report.rows_left_out = len(rows_with(table, "line"))
        short = table.filter(pl.col("rule").is_in(_NEVER_A_ROW))["row"].n_unique()
        self.report.rows_in += short + self.report.rows_left_out - self.left_out_of_batches

    def _look_at_signs(self, found: Findings) -> None:
        """What only the whole file shows: of its dates, and of its ids."""
        date_signs.look(self.report.receipt.signs, self.reading, found)
        if "patient_id" in self.writer.ids:
            id_signs.look("patient_id", self.writer.ids["patient_id"].known, found)

    def _look_at_ids(self) -> None:
        """A warning where most ids of people are names or numbers that tell who they are. They were coded like all."""
        for column, (looked, personal) in self.writer.looked_at.items():
            if personal >= FEWEST_PERSONAL and 2 * personal > looked:
                note = f"Of {looked:,} looked at: {personal:,}."
                self.report.findings.whole("ids_look_personal", column, note=note)

    def _undecided(self, table: pl.DataFrame) -> int:
        """How many rows stay without what their own figure hangs on."""
        deciding = [name.name for name in self.dataset.named if name.role == "decides"]
        return len(self.report.among_kept(table.filter(pl.col("column").is_in(deciding))))

    def _window(self) -> Window:
        if not self.dataset.starts:
            return submissions.NO_WINDOW
        if self.sending.covers and self.sending.covers.first:
            return self.sending.covers
        if not self.first or not self.last:
            return submissions.NO_WINDOW
        return proposed(self.first, self.last, self.sending.reading.today)


def proposed(first: dt.date, last: dt.date, today: dt.date) -> Window:
    """The window that a file's dates suggest: whole months where its ends lie within a week of a month's ends.

    An extract of a quarter seldom has a row on its very first and last day; without this the quarter would
    never be complete.
    """
    start = first.replace(day=1) if first.day <= 7 else first
    month_end = (last.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    end = month_end if (month_end - last).days <= 7 else last
    return Window(start, max(last, min(end, today)))


def _not_for_want_of(unread: pl.DataFrame, broken: pl.DataFrame) -> pl.DataFrame:
    """A cell that could not be read is null in the batch: that it (or with it the row) is blank is not said again."""
    if unread.is_empty() or broken.is_empty():
        return broken
    blank = pl.col("column").is_null() & pl.col("rule").is_in([r.id for r in RULES.values() if r.category == "blank"])
    broken = broken.join(unread, on=["row", "column"], how="anti")
    return broken.filter(~(blank & pl.col("row").is_in(unread["row"].implode())))
