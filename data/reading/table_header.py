"""The header of a table: which of its columns is which column of the dataset."""

from dataclasses import dataclass, field
from functools import cached_property

from data.findings import Refused
from data.personal_identifiers import check_header, shown_name
from data.receiving.column_evidence import is_record_like, looks_like_value
from data.receiving.header_matching import match, surely
from data.receiving.table_layout import Layout
from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import Dataset
from schemas.datasets.file_profile import NO_PROFILE, FileProfile, header_keys
from schemas.vocabularies.vocabulary import normal

MOST_COLUMNS = 5_000


@dataclass(frozen=True)
class Header:
    """The line that names the columns: its delimiter, its cells, the dataset column that each cell names (None: not
    used), its line number, how many lines with words stand above it, and its second lines of names or units."""

    delimiter: str
    cells: tuple[str, ...] = field(repr=False)
    columns: tuple[Column | None, ...]
    row: int = 1
    above: int = 0
    second: tuple[int, ...] = ()

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The name of each column as a message may repeat it: its place, unless the line is proven to be a header."""
        named = self.proven
        return tuple(shown_name(c, n) if named else f"column {n + 1}" for n, c in enumerate(self.cells))

    @property
    def proven(self) -> bool:
        """Whether the line surely names a column and holds no value: it may else be a patient's row."""
        return not _holds_values(self.cells) and any(c is not None for c in self.columns)

    @property
    def own_names(self) -> dict[str, str]:
        """What a column is, and the columns that it fills -> its own name in the file, where that differs."""
        named: dict[str, list[str]] = {}
        for cell, column in zip(self.cells, self.columns, strict=True):
            if column and normal(cell) != normal(column.name):
                for name in {column.name, *column.name.split("/"), column.name.split(":")[0]}:
                    named.setdefault(name, []).append(cell[:40])
        return {name: " + ".join(cells) for name, cells in named.items()}

    @property
    def keys(self) -> dict[str, str]:
        """Column -> what the file profile calls its header cell."""
        named = zip(header_keys(self.cells), self.columns, strict=True)
        return {c.name: key for key, c in named if c and c.kind != "tick"}

    @property
    def units(self) -> dict[str, str]:
        """Column -> the unit other than its own that the header names."""
        named = [c for cell, c in zip(self.cells, self.columns, strict=True) if c and "kpa" in cell.casefold()]
        return {name: "kpa" for c in named if c.kind in ("number", "pair") for name in c.name.split("/")}


def _holds_values(cells: tuple[str, ...]) -> bool:
    return any(map(looks_like_value, cells)) or is_record_like(cells)


def read_header(found: Layout, dataset: Dataset, profile: FileProfile = NO_PROFILE) -> Header:
    """Name the columns of a table. Raises Refused when one names people or a required one is missing."""
    if len(found.cells) > MOST_COLUMNS:
        note = f"It has {len(found.cells):,}; up to {MOST_COLUMNS:,} are read."
        raise Refused("too_many_columns", row=found.row, note=note)
    columns = surely(found.cells, found.below, dataset, profile)
    header = Header(found.delimiter, found.cells, columns, found.row, found.above, found.second)
    check_header(header.cells, header.row)
    _check_header(header, found, dataset, profile)
    return header


def _check_header(header: Header, found: Layout, dataset: Dataset, profile: FileProfile) -> None:
    if twice := dataset.named_twice([c.name for c in header.columns if c]):
        raise Refused("duplicate_column", row=header.row, column=twice[0])
    named = {part for c in header.columns if c for part in dataset.parts(c.name)}
    missing = dataset.still_needed(named | set(profile.every_row))
    if missing:
        matches = match(found.cells, found.below, dataset, profile)
        perhaps = [(n, m) for n, m in enumerate(matches) if m.column and not m.sure]
        # Without any name that we know, the line may be a patient's row: its cells are not repeated.
        alike = header.proven or (len(perhaps) > 1 and not _holds_values(header.cells))
        names = header.shown if header.proven else tuple(shown_name(c, n) for n, c in enumerate(header.cells))
        shown = f": {', '.join(names[:12])}" if alike else " no column that we know"
        guesses = "".join(f" “{names[n]}” may be {m.column}." for n, m in perhaps) if alike else ""
        line = "first line" if header.row == 1 else "header"
        raise Refused(
            "missing_column",
            row=header.row,
            column=missing[0].split(" or ")[0],
            note=f"Missing: {', '.join(missing)}. The {line} has{shown}.{guesses}",
        )
