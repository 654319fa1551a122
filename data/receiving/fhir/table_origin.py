"""Where the rows of a table come from that was made of a FHIR export: their file and line there."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from data.findings import Findings

DAMAGED = ("damaged_line", "long_line", "no_resource", "same_resource_id")
"""What is found of a line that blocks it, before it is a row of any table."""
_REPEATABLE = re.compile(r"(?:\d{1,6}[._-])?[A-Z][A-Za-z]{3,40}(?:[._-]?\d{1,6}){0,3}\.(?:nd)?jsonl?(?:\.gz)?")
"""A name as bulk exports give it, after a kind of resource: Observation.000.ndjson. Others may name a person."""


@dataclass(frozen=True)
class SourceFile:
    """A file of an export: its name as a message may repeat it, what holds a resource in it, and how many of those
    stand in the files before it."""

    name: str
    before: int
    unit: str = "line"
    """A line of NDJSON; in a bundle an entry."""


@dataclass(frozen=True)
class Origin:
    """Lines of an export are numbered through all its files: `row` is that number."""

    files: tuple[SourceFile, ...]
    rows: pl.Series = field(repr=False)
    """For each line of the table below its header, the number of the line that it was made of."""
    found: Mapping[str, pl.Series] = field(repr=False)
    """What was found before there was a table: rule -> line numbers."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What is said of the export as a whole: rule -> a sentence that names the present case."""

    def tell(self, findings: Findings) -> None:
        """Add what was found to the findings of the table."""
        for rule, rows in self.found.items():
            findings.add(rule, None, rows)
        for rule, note in self.notes.items():
            findings.whole(rule, note=note)

    def place(self, row: int) -> tuple[str, int, str]:
        """File, line there, and what a line of it is called."""
        at = self.files[max(bisect_right(self.files, row - 1, key=lambda file: file.before) - 1, 0)]
        return at.name, row - at.before, at.unit

    def words(self, row: int) -> str:
        """File and line, in words."""
        name, line, unit = self.place(row)
        return f"{name}, {unit} {line:,}"


def repeatable(name: str, place: int) -> str:
    """The name of a file as a message may repeat it: its own if it is named after resources, else its place."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    return bare if _REPEATABLE.fullmatch(bare) and bare.split(".")[0] else f"file {place + 1}"
