"""Intake: one file from its bytes to checked rows in the store, with a finding for every defect.

Order of steps (DESIGN.md, measured): bytes, rows, columns, cells, contract, across rows, pseudonyms. The rows
are staged inside the caller's transaction; they count for nothing until the ledger puts them in force.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field, replace

import duckdb
import polars as pl
import pyarrow as pa

from data.checking import contract, cross_checks
from data.checking.leading_zeros import lost_zeros
from data.checking.uniqueness import Repeats
from data.findings import Findings, Refused, rows_with
from data.ledger import submissions
from data.ledger.pseudonyms import Pseudonyms, domain
from data.ledger.staging import Staged, registered
from data.ledger.submissions import Window
from data.personal_identifiers import check_values, looks_personal
from data.reading.cells import clean
from data.reading.column_shapes import shaped
from data.reading.column_words import Reading
from data.reading.non_records import Asides, example_rows
from data.reading.prefetch import ahead
from data.reading.repairs import Receipt
from data.reading.row_batches import Batch, Header, batches, line_breaks, read_header
from data.receiving.file_source import Place, Source, Told, examine
from schemas.datasets.dataset_catalog import Dataset
from schemas.policy.rule_catalog import RULES, rules_under

MESSAGES = "concord_findings"
"""Name of the column that is added to a file given back; when it comes in again it is left out."""
Progress = Callable[[int], None]
# In a batch with more blocked rows than this, lines that are no records are not looked for.
MOST_LOOKED_AT = 20_000
_OF_LINES = [rule.id for rule in RULES.values() if rule.reach == "line"]
_ARROW = {
    "identifier": pa.uuid(),
    "date": pa.date32(),
    "number": pa.float64(),
    "integer": pa.int32(),
    "code": pa.large_string(),
    "codes": pa.large_string(),
    "text": pa.large_string(),
}


@dataclass(frozen=True)
class Sending:
    """What is said about a file besides its bytes."""

    partner_id: str
    dataset: Dataset
    reading: Reading
    covers: Window | None = None
    key: bytes = b""
    indicators: frozenset[str] = frozenset()
    errors: int = 0
    """Cells of the spreadsheet, whose sheet is sent, that hold an error such as #N/A."""


@dataclass
class Report:
    """What intake found. `table` holds rule, row, column and value (the value only ever in memory)."""

    sha256: str = ""
    rows_in: int = 0
    rows_kept: int = 0
    covers: Window = submissions.NO_WINDOW
    findings: Findings = field(default_factory=Findings)
    refused: Refused | None = None
    receipt: Receipt = field(default_factory=Receipt)
    rows_aside: int = 0
    """Lines below the header that are no records (a total, a repeated header) and were left out."""
    header: Header | None = None

    @classmethod
    def of(cls, entry: submissions.Submission) -> "Report":
        """What the ledger still knows of a report."""
        aside = entry.rows_in - entry.rows_kept - entry.rows_blocked
        return cls(entry.sha256, entry.rows_in, entry.rows_kept, entry.covers, rows_aside=aside)

    @property
    def table(self) -> pl.DataFrame:
        """All findings, one line each."""
        return self.findings.table()

    @property
    def rows_blocked(self) -> int:
        """Rows that do not count because of a record finding."""
        return self.rows_in - self.rows_kept - self.rows_aside

    @property
    def blocked_share(self) -> float:
        """Blocked rows as a share of all rows; 1 for a refused file."""
        records = self.rows_in - self.rows_aside
        return 1.0 if self.refused else self.rows_blocked / records if records else 0.0


def fingerprint(place: Place, told: Told = lambda size: None) -> Source:
    """Look at the bytes only: sha256, kind, encoding; what was looked at before is not read again. Raises Refused."""
    return place if isinstance(place, Source) else examine(place, told)


def stage(
    cur: duckdb.DuckDBPyConnection,
    submission: int,
    source: Source,
    sending: Sending,
    progress: Progress | None = None,
) -> Report:
    """Read, check and stage a file's rows. Never raises for a bad file: the report says what is wrong.

    The caller's transaction must be rolled back when `report.refused` is set.
    """
    report = Report(sha256=source.sha256, findings=Findings(rules=rules_under(sending.reading.limits)))
    try:
        _Staging(cur, submission, source, sending, report, progress or (lambda rows: None)).run()
    except Refused as refused:
        report.refused = refused
        report.findings.whole(refused.rule.id, refused.column, refused.row, refused.note)
    return report


class _Staging:
    """The run of one file through the steps."""

    def __init__(
        self,
        cur: duckdb.DuckDBPyConnection,
        submission: int,
        source: Source,
        sending: Sending,
        report: Report,
        progress: Progress,
    ) -> None:
        self.cur, self.submission, self.source, self.sending = cur, submission, source, sending
        self.report, self.progress = report, progress
        self.dataset = sending.dataset
        self.schema = self.dataset.schema(sending.reading.limits, sending.reading.today)
        self.repeats = Repeats(self.dataset)
        self.ids = {
            c.name: Pseudonyms(sending.key, domain(c.name, sending.partner_id))
            for c in self.dataset.columns
            if c.kind == "identifier"
        }
        self.first: dt.date | None = None
        self.last: dt.date | None = None
        self.aside_in_batches = 0

    def run(self) -> None:
        header = self.report.header = read_header(self.source, self.dataset, self.sending.reading.said)
        self.reading = replace(self.sending.reading, units=header.units)
        self.asides = Asides(header.cells)
        for cell, column in zip(header.cells, header.columns, strict=True):
            if column is None and cell and cell != MESSAGES:
                self.report.findings.whole("extra_column", cell[:60], header.row)
        if header.above:
            note = f"The header was found in line {header.row}."
            self.report.findings.whole("lines_above_header", None, header.row, note)
        for row in header.second:
            self.report.findings.whole("second_header", None, row)
        self._store(header)
        self.report.covers = self._window()
        self._across()
        if self.report.rows_in <= self.report.rows_aside:
            raise Refused("empty_file")

    def _store(self, header: Header) -> None:
        """Check the batches and write their good rows, as one statement: the store then writes one batch while
        the next is checked and the one after is read. Progress is told in the caller's thread."""
        failure: list[BaseException] = []

        def tables() -> Iterator[pa.RecordBatch]:
            try:
                with (
                    closing(ahead(batches(self.source, header, self.report.findings))) as read,
                    closing(ahead(self._good(batch, header) for batch in read)) as checked,
                ):
                    for good in checked:
                        if failure:
                            return
                        yield self._coded(good)
            except BaseException as error:  # raised below: DuckDB would only keep its words
                failure.append(error)

        with ThreadPoolExecutor(1, "concord-intake") as pool:
            writing = pool.submit(self._write, tables())
            try:
                while not wait([writing], timeout=0.1).done:
                    self.progress(self.report.rows_in)
            except BaseException as error:  # the caller no longer wants the file
                failure.append(error)
        if failure:
            raise failure[0]
        writing.result()
        self.progress(self.report.rows_in)

    def _write(self, tables: Iterator[pa.RecordBatch]) -> None:
        columns = self.dataset.columns
        schema = pa.schema([("row", pa.uint32()), *((c.name, _ARROW[c.kind]) for c in columns)])
        names = ", ".join(f'"{c.name}"' for c in columns)
        insert = f'INSERT INTO rows.{self.dataset.name} SELECT {self.submission}, "row", {names} FROM staged_rows'
        with registered(self.cur, "staged_rows", pa.RecordBatchReader.from_batches(schema, tables)):
            self.cur.execute(insert)

    def _good(self, batch: Batch, header: Header) -> pl.DataFrame:
        """The rows of a batch that hold to the contract, cleaned; findings for the others."""
        self.report.rows_in += len(batch.rows)
        batch = batch.filter(~line_breaks(batch, header, self.report.findings))
        for place, (cell, column, text) in enumerate(zip(header.cells, header.columns, batch.columns, strict=True)):
            if column is None and looks_personal(text.words).any():
                check_values(text.cells(text.words), batch.rows, cell[:60])
            if not cell and text.at.is_not_null().any():
                self.report.findings.whole("extra_column", f"column {place + 1}, without a name", header.row)
        found, held = Findings(notes=self.report.findings.notes), Findings()
        texts = shaped(batch, header, self.reading.said.every_row, found, self.report.receipt)
        cleaned = clean(batch.rows, texts, self.dataset.columns, self.reading, found, self.report.receipt)
        contract.hold(cleaned, self.schema, held)
        self._outside_window(cleaned, held)
        found.add("example_row", None, example_rows(cleaned, list(texts), self.dataset, self.reading))
        unread = found.table()
        held_table = _not_for_want_of(unread, held.table())
        if len(said := rows_with(unread, "line")):
            self.aside_in_batches += len(said)
            unread = unread.filter(~pl.col("row").is_in(said.implode()) | pl.col("rule").is_in(_OF_LINES))
            held_table = held_table.filter(~pl.col("row").is_in(said.implode()))
            cleaned = cleaned.filter(~pl.col("row").is_in(said.implode()))
        blocked = rows_with(pl.concat([unread, held_table]), "record")
        aside = self._aside(batch, blocked)
        self.report.findings.frames += [t.filter(~pl.col("row").is_in(aside.implode())) for t in (unread, held_table)]
        good = cleaned.filter(~pl.col("row").is_in(blocked.implode())) if len(blocked) else cleaned
        self.repeats.see(good)
        self._reach(good)
        return good

    def _aside(self, batch: Batch, blocked: pl.Series) -> pl.Series:
        """Which blocked rows are no records; each gets the finding that says so instead of its others."""
        found = pl.Series([], dtype=pl.UInt32)
        if not 0 < len(blocked) <= MOST_LOOKED_AT:
            return found
        lines = batch.filter(batch.rows.is_in(blocked.implode()))
        texts = [text.cells(text.words).to_list() for text in lines.columns]
        rules = pl.Series([self.asides.rule(cells) for cells in zip(*texts, strict=True)], dtype=pl.String)
        for rule in rules.drop_nulls().unique().to_list():
            rows = lines.rows.filter((rules == rule).fill_null(False))
            self.report.findings.add(rule, None, rows)
            found.append(rows)
        self.aside_in_batches += len(found)
        return found

    def _day(self, batch: pl.DataFrame) -> pl.Series:
        return batch.select(pl.coalesce(self.dataset.starts)).to_series()

    def _outside_window(self, batch: pl.DataFrame, found: Findings) -> None:
        covers = self.sending.covers
        if self.dataset.starts and covers and covers.first and covers.last:
            day = self._day(batch)
            outside = ~day.is_between(covers.first, covers.last).fill_null(True)
            found.add("outside_window", self.dataset.starts[0], batch["row"].filter(outside), day.filter(outside))

    def _reach(self, good: pl.DataFrame) -> None:
        """The first and the last day of the rows that count: a mistyped year must not widen the window."""
        if self.dataset.starts:
            day = self._day(good)
            low, high = day.min(), day.max()
            if isinstance(low, dt.date) and isinstance(high, dt.date):
                self.first, self.last = min(self.first or low, low), max(self.last or high, high)

    def _coded(self, good: pl.DataFrame) -> pa.RecordBatch:
        columns = {"row": good["row"].to_arrow()}
        for column in self.dataset.columns:
            if column.kind == "identifier":
                columns[column.name] = self._codes(column.name, good[column.name], good["row"])
            else:
                columns[column.name] = good[column.name].to_arrow(compat_level=pl.CompatLevel.oldest())
        return pa.RecordBatch.from_pydict(columns)

    def _codes(self, column: str, series: pl.Series, rows: pl.Series) -> pa.Array:
        def look(new: pl.Series) -> None:
            if looks_personal(new, names=True).any():
                check_values(series, rows, column, names=True)

        return self.ids[column].codes(series, look)

    def _across(self) -> None:
        staged = Staged(self.cur, self.dataset, self.submission, self.sending.partner_id, self.report.covers)
        found = Findings(notes=self.report.findings.notes)
        found.add(self.dataset.repeated_rule, self.dataset.key[0] if self.dataset.key else None, self.repeats.rows())
        if "patient_id" in self.ids:
            lost_zeros(staged, "patient_id", self.ids["patient_id"], found)
        staged.drop(rows_with(found.table(), "record"))  # what does not count contradicts nothing
        across = Findings(notes=self.report.findings.notes)
        cross_checks.across(staged, self.sending.indicators, across)
        staged.drop(rows_with(across.table(), "record"))
        self.report.findings.frames += [*found.frames, *across.frames]
        counted = self.cur.execute(
            f"SELECT count(*) FROM {staged.table} WHERE submission = ?", [self.submission]
        ).fetchone()
        self.report.rows_kept = counted[0] if counted else 0
        table = self.report.findings.table()
        self.report.rows_aside = len(rows_with(table, "line"))
        short = table.filter(pl.col("rule") == "wrong_field_count").height
        self.report.rows_in += short + self.report.rows_aside - self.aside_in_batches

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


def _not_for_want_of(unread: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """A cell that could not be read is null in the batch: that it (or with it the row) is blank is not said again."""
    if unread.is_empty() or held.is_empty():
        return held
    blank = pl.col("column").is_null() & pl.col("rule").is_in([r.id for r in RULES.values() if r.category == "blank"])
    held = held.join(unread, on=["row", "column"], how="anti")
    return held.filter(~(blank & pl.col("row").is_in(unread["row"].implode())))
