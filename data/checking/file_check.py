"""Checking a partner's file: from its bytes to a held submission, or a report of why nothing was kept."""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import polars as pl

from data.checking import continuity, intake, returned_file
from data.checking.awaiting_acceptance import leave
from data.checking.intake import Progress, Report, Sending
from data.discussing.appeals import limit_lifted
from data.discussing.notes import File
from data.findings import Refused, rows_with
from data.ledger import submissions
from data.ledger.current_rows import effect
from data.ledger.store import Store
from data.ledger.submissions import Submission
from data.personal_identifiers import check_header
from data.reading.cells import HOURS_MINUTES, TIME_OF_DAY
from data.reading.column_words import Reading
from data.reading.repairs import DAY_NUMBER, SLASHED
from data.receiving.archive_members import Table, tables
from data.receiving.file_source import Place, Source, Told, opened
from data.receiving.header_matching import Match, match, surely
from data.receiving.table_layout import layout, recognised
from schemas.datasets.dataset_catalog import Dataset
from schemas.datasets.file_profile import Said
from schemas.policy.limits import Limits
from schemas.policy.partnership import DateOrder


@dataclass(frozen=True)
class Checked:
    """A checked file: its report, and its submission number when its good rows may be accepted.

    `submission` is None when nothing was kept. `known` is the submission already made of the same bytes.
    """

    report: Report
    submission: int | None
    known: Submission | None = None
    source: Source | None = None
    """The table that was read; it lives as long as the session that sent it."""

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

    def messages(self, rows: Collection[int]) -> dict[int, str]:
        """Row -> what is to be mended in it, briefly, for some rows."""
        return returned_file.messages(self.report, brief=True, only=rows)

    def rows_to_mend(self, most_rows: int, most_bytes: int) -> dict[int, list[str]]:
        """Row -> its cells, for the blocked rows; empty when they are too many or the table is too large."""
        rows = rows_with(self.report.table, "record")
        if not self.source or not self.report.header or not 0 < len(rows) <= most_rows or self.source.size > most_bytes:
            return {}
        return returned_file.row_cells(self.source, self.report.header, rows)

    def corrected(self, changed: dict[int, list[str]], dropped: frozenset[int]) -> bytes:
        """The table as CSV with some rows corrected and some left out."""
        assert self.source and self.report.header
        return returned_file.corrected(self.source, self.report.header, changed, dropped)

    @property
    def kinds_given_back(self) -> list[Literal["xlsx", "csv"]]:
        """As what the table can be given back: nothing when it is no longer held, a large one not as a spreadsheet."""
        if not self.source or not self.report.header:
            return []
        fits = self.source.size <= returned_file.LARGEST_SHEET and self.source.lines < returned_file.MOST_SHEET_ROWS
        return ["xlsx", "csv"] if fits else ["csv"]

    def given_back(self, kind: Literal["csv", "xlsx"]) -> Iterator[bytes]:
        """The table as it was sent with a message beside each row, piece by piece."""
        assert self.source
        if kind == "xlsx":
            yield returned_file.annotated_xlsx(self.source, self.report)
        else:
            yield from returned_file.annotated_csv(self.source, self.report)


@dataclass(frozen=True)
class Look:
    """A table in a file before it is checked. `source` is None when it is `refused`; `dataset`: what its header
    says it is, None when that cannot be told."""

    table: Table
    source: Source | None
    dataset: str | None = None
    refused: Refused | None = None


def look(place: Place, said: dict[str, Said], told: Told = lambda size: None) -> list[Look]:
    """The tables of a file, each with the dataset that its header names. Raises Refused for a file without any.

    `said`: dataset -> what the partner has said before; `told` hears how many bytes of a table were read so far.
    """
    return [_look(table, said, told) for table in tables(place)]


def _look(table: Table, said: dict[str, Said], told: Told = lambda size: None) -> Look:
    try:
        source = intake.fingerprint(table.place, told)
        return Look(table, source, recognised(source, said))
    except Refused as refused:
        return Look(table, None, refused=refused)


def count_lines(place: Place) -> int:
    """About how many rows a table has: its lines, without a look at what they hold."""
    if isinstance(place, Source):
        return place.lines
    with opened(place) as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))


@dataclass(frozen=True)
class DateQuestion:
    """A column whose dates can be read in several ways: examples, and what the first rows speak for, if anything."""

    column: str
    examples: tuple[str, ...]
    likely: DateOrder | None


@dataclass(frozen=True)
class Questions:
    """What has to be asked before a table can be checked: its columns, and the order of its dates."""

    matches: tuple[Match, ...]
    dates: tuple[DateQuestion, ...]


def questions(source: Source, dataset: Dataset, said: Said, order: DateOrder) -> Questions:
    """How the columns of a table would be read, and what is open. Raises Refused when no header is found.

    `order`: how the partner writes dates with slashes.
    """
    found = layout(source, [dataset], said)
    check_header(found.cells, surely(found.cells, dataset, said), found.row)
    matches = match(found.cells, found.below, dataset, said)
    kinds = {c.name: c.kind for c in dataset.named}
    asked = [
        _date_question(m.column, [row[n] for row in found.below if n < len(row)])
        for n, m in enumerate(matches)
        if m.column and kinds[m.column] == "date" and m.column not in said.date_orders and order == "iso"
    ]
    return Questions(tuple(m for m in matches if m.cell), tuple(q for q in asked if q))


def _date_question(column: str, values: list[str]) -> DateQuestion | None:
    days = [re.sub(HOURS_MINUTES, r"\1", re.sub(TIME_OF_DAY, "", v.strip())) for v in values]
    slashed = [found for v in days if (found := SLASHED.fullmatch(v))]
    numbers = [v for v in days if DAY_NUMBER.fullmatch(v)]
    if slashed:
        first, second = (any(int(found[n]) > 12 for found in slashed) for n in (1, 3))
        likely: DateOrder | None = None if first == second else "dmy" if first else "mdy"
        return DateQuestion(column, tuple(dict.fromkeys(f[0] for f in slashed))[:4], likely)
    # A few stray numbers among dates are findings; a column of them is a spreadsheet's.
    mostly = 2 * len(numbers) > sum(map(bool, days))
    return DateQuestion(column, tuple(dict.fromkeys(numbers))[:4], "days") if mostly else None


def _the_table(place: Place, sending: Sending) -> tuple[Table, Source]:
    """The table that is meant: the only one, or the only one with the dataset's header."""
    if isinstance(place, Source):
        return Table("", place.place), place
    found = tables(place)
    if len(found) > 1:
        said = {sending.dataset.name: sending.reading.said}
        fits = [t for t in found if _look(t, said).dataset == sending.dataset.name]
        if len(fits) != 1:
            raise Refused("several_tables", note=f"It holds: {', '.join(t.name for t in found[:12])}.")
        found = fits
    return found[0], intake.fingerprint(found[0].place)


def check(
    store: Store,
    place: Place,
    sending: Sending,
    actor: str,
    progress: Progress | None = None,
    at: dt.datetime | None = None,
) -> Checked:
    """Check a file and hold its good rows, counting for nothing yet.

    Nothing is kept of a refused file, nor of one whose share of blocked rows is over the limit, unless an upheld
    appeal lifts it for this file. The same table, read in the same way and already accepted, is answered with that
    submission; checked again it takes the place of its earlier check. Uploads of one partner wait for each other.
    """
    try:
        table, source = _the_table(place, sending)
    except Refused as refused:
        report = Report(refused=refused)
        report.findings.whole(refused.rule.id, refused.column, refused.row, refused.note)
        return Checked(report, None)
    with store.sending(sending.partner_id):
        cur = store.cursor()
        reading = read_as(sending.reading)
        known = submissions.same_file(cur, source.sha256, sending.partner_id, sending.dataset.name, reading)
        if known and known.state == "accepted":
            return Checked(Report.of(known), known.submission, known)
        file = File(sending.partner_id, sending.dataset.name, source.sha256)
        return _hold(store, table, source, sending, known, lifted=limit_lifted(cur, file), actor=actor,
                     progress=progress, at=at)  # fmt: skip


def read_as(reading: Reading) -> str:
    """How a file is read, as text: the same bytes read differently are another submission. Blank: as it stands."""
    order = "" if reading.date_order == "iso" else reading.date_order
    return " ".join(part for part in (order, reading.said.key()) if part)


def _hold(
    store: Store, table: Table, source: Source, sending: Sending, before: Submission | None,
    *, lifted: bool, actor: str, progress: Progress | None, at: dt.datetime | None,
) -> Checked:  # fmt: skip
    """Stage a table as a new submission. `before`: the submission of the same table, which was not in force when this
    began; when it was only checked, this takes its place. `lifted`: its share of blocked rows may be over the limit."""
    cur, number, limits = store.cursor(), store.next_submission(), sending.reading.limits
    cur.execute("BEGIN")
    try:
        report = intake.stage(cur, number, source, sending, progress)
        if errors := table.errors or sending.errors:
            report.findings.whole("error_cells", note=f"Cells with an error: {errors:,}.")
        too_many = report.blocked_share > limits.blocked_share.value / 100 and not lifted
        if report.refused or not report.rows_kept or too_many:
            cur.execute("ROLLBACK")
            return Checked(report, None, source=source)
        now = at or dt.datetime.now(dt.UTC).replace(tzinfo=None)
        rows = (report.rows_in, report.rows_kept, report.rows_blocked)
        name = sending.dataset.name
        entry = Submission(number, report.sha256, sending.partner_id, name, report.covers, *rows, "checked", now)
        submissions.record(cur, entry, actor, read_as(sending.reading))
        _warn_of_loss(cur, entry, report, limits)
        for caution in continuity.cautions(cur, entry, limits):
            report.findings.whole(caution.rule, note=caution.note)
        _keep_findings(cur, number, report)
        _keep_receipt(cur, number, report)
        with store.accepting:
            # Meanwhile it may have been accepted, or left, in another window.
            same = submissions.submission(store.cursor(), before.submission) if before else None
            if same and same.state == "accepted":
                cur.execute("ROLLBACK")
                return Checked(Report.of(same), same.submission, same)
            if same and same.state == "checked":
                leave(cur, same.submission, actor, now)
            cur.execute("COMMIT")
    except BaseException:
        cur.execute("ROLLBACK")
        raise
    return Checked(report, number, source=source)


def _warn_of_loss(cur: duckdb.DuckDBPyConnection, entry: Submission, report: Report, limits: Limits) -> None:
    """A warning when the file would take far more rows out of force than it brings: often an extract cut short."""
    replaced = effect(cur, entry).replaced if entry.covers.first else 0
    if replaced > limits.replaced_rows.value * entry.rows_kept:
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


def _keep_receipt(cur: duckdb.DuckDBPyConnection, number: int, report: Report) -> None:
    """Repair, column and number of cells; never a value."""
    for (kind, column), cells in report.receipt.made.items():
        cur.execute("INSERT INTO repair VALUES (?, ?, ?, ?)", [number, kind, column, cells])


def finding_list(report: Report, *, show_values: bool = False) -> list[dict[str, Any]]:
    """Findings as plain records (see `Findings.records`)."""
    return report.findings.records(show_values=show_values)
