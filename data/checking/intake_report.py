"""What goes into intake beside a file's bytes, and what comes out: the report of a check."""

from dataclasses import dataclass, field

import polars as pl

from data.findings import Findings, Refused
from data.ledger import submissions
from data.ledger.submissions import Window
from data.reading.column_words import Reading
from data.reading.repairs import Receipt
from data.reading.table_header import Header
from schemas.datasets.dataset_catalog import Dataset


@dataclass(frozen=True)
class Sending:
    """What is known of a file besides its bytes."""

    partner_id: str
    dataset: Dataset
    reading: Reading
    covers: Window | None = None
    key: bytes = b""
    indicators: frozenset[str] = frozenset()


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
    rows_left_out: int = 0
    """Lines below the header that are no records (a total, a repeated header) and were left out."""
    header: Header | None = None

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
    def rows_blocked(self) -> int:
        """Rows that do not count because of a record finding."""
        return self.rows_in - self.rows_kept - self.rows_left_out

    @property
    def blocked_share(self) -> float:
        """Blocked rows as a share of all rows; 1 for a refused file."""
        records = self.rows_in - self.rows_left_out
        return 1.0 if self.refused else self.rows_blocked / records if records else 0.0
