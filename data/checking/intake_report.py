"""What goes into intake beside a file's bytes, and what comes out: the report of a check."""

from dataclasses import dataclass, field

import polars as pl

from data.checking.guards.marker_values import Markers
from data.findings import Findings, Refused, rows_with
from data.ledger import submissions
from data.ledger.profiles.file_shapes import Shape
from data.ledger.submissions import Window
from data.reading.column_words import Reading
from data.reading.number_cells import PRESSURES
from data.reading.repairs import Receipt
from data.reading.table_header import Header
from data.receiving.fhir.table_origin import Origin
from schemas.datasets.dataset_catalog import Dataset

MARKS = {
    "error_cells": "Cells with an error: {:,}.",
    "formula_without_value": "Cells with such a formula: {:,}.",
    "hidden_rows": "Hidden or filtered rows: {:,}.",
    "hidden_columns": "Hidden columns: {:,}.",
    "hidden_sheets": "Hidden sheets: {:,}.",
    "merged_cells": "Merged cells over several rows: {:,}.",
    "other_day_zero": "",
    "read_as_mac_roman": "",
    "maybe_cut_off": "Lines: {:,}.",
}
"""What is told of a table as it came in (`TextTable.marks`): rule -> a sentence with how often."""

CONVERTING = frozenset({"maybe_kilopascals"})
"""Questions whose answer changes how the file is read."""


@dataclass(frozen=True)
class Sending:
    """What is known of a file besides its bytes."""

    partner_id: str
    dataset: Dataset
    reading: Reading
    covers: Window | None = None
    key: bytes = b""
    hospitals: tuple[str, ...] = ()
    """Names of the hospitals that the partner has declared."""
    confirmed: frozenset[str] = frozenset()
    """Questions about this file that its sender has answered."""

    @property
    def units(self) -> dict[str, str]:
        """Column -> the unit that the sender has said its numbers have."""
        answered = dict.fromkeys(PRESSURES, "kpa") if self.confirmed & CONVERTING else {}
        return self.reading.profile.units | answered


@dataclass
class Report:
    """What intake found. `table` holds rule, row, column and value (the value only ever in memory)."""

    sha256: str = ""
    rows_in: int = 0
    rows_kept: int = 0
    covers: Window = submissions.NO_WINDOW
    findings: Findings = field(default_factory=Findings, repr=False)
    refused: Refused | None = None
    receipt: Receipt = field(default_factory=Receipt, repr=False)
    rows_left_out: int = 0
    """Lines below the header that are no records (a total, a repeated header) and were left out."""
    header: Header | None = None
    markers: Markers = field(default_factory=dict, repr=False)
    """Values that look like a mark for nothing and are asked about, with their rows."""
    shape: Shape | None = None
    """What the file looks like, for those that come after it."""
    rows_undecided: int = 0
    """Kept rows that have lost what their own figure hangs on, such as a pressure."""
    origin: Origin | None = field(default=None, repr=False)
    """Where the rows come from, when the table was made of a FHIR export."""

    def place(self, row: int) -> str:
        """Where a row is, in words: its number, or the file and line that it was made of."""
        return self.origin.words(row) if self.origin else str(row)

    @classmethod
    def of(cls, entry: submissions.Submission) -> "Report":
        """What the ledger still knows of a report."""
        left_out = entry.rows_in - entry.rows_kept - entry.rows_blocked
        return cls(entry.sha256, entry.rows_in, entry.rows_kept, entry.covers, rows_left_out=left_out)

    @property
    def table(self) -> pl.DataFrame:
        """All findings, one line each."""
        return self.findings.table()

    @property
    def asks(self) -> list[tuple[str, str | None]]:
        """The questions (rule, column) that are open: until they are answered nothing of the file is kept."""
        if self.refused:
            return []
        return [(r, c) for r, c in self.table.select("rule", "column").iter_rows() if self.findings.rules[r].answer]

    @property
    def records(self) -> int:
        """Rows that are records: all but those left out as none."""
        return self.rows_in - self.rows_left_out

    @property
    def rows_blocked(self) -> int:
        """Rows that do not count because of a record finding."""
        return self.records - self.rows_kept

    @property
    def rows_left_blank(self) -> int:
        """Kept rows of which a value was left blank."""
        return len(self.among_kept(self.table))

    def among_kept(self, table: pl.DataFrame) -> pl.Series:
        """The rows with a value left blank in these findings that no finding of the file blocks."""
        every = self.table
        gone = pl.concat([rows_with(every, "record"), rows_with(every, "line")])
        return (rows := rows_with(table, "value")).filter(~rows.is_in(gone.implode()))

    @property
    def rows_unusable(self) -> int:
        """Rows whose own figure is lost: blocked, or kept without what it hangs on."""
        return self.rows_blocked + self.rows_undecided

    @property
    def unusable_share(self) -> float:
        """Unusable rows as a share of all records; 1 for a refused file. A file of kilopascals must not pass."""
        return 1.0 if self.refused else self.rows_unusable / self.records if self.records else 0.0
