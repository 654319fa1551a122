"""The header of a table: which of its columns is which column of the dataset."""

from dataclasses import dataclass, field
from functools import cached_property

from data.findings import Refused
from data.personal_identifiers import check_header, shown_name
from data.receiving.header_matching import match, surely
from data.receiving.table_layout import Layout
from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import Dataset
from schemas.datasets.file_profile import NO_PROFILE, FileProfile
from schemas.vocabularies.vocabulary import normal

MOST_COLUMNS = 500


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
        """The name of each column as a message may repeat it."""
        return tuple(shown_name(cell, place) for place, cell in enumerate(self.cells))

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
    def units(self) -> dict[str, str]:
        """Column -> the unit other than its own that the header names."""
        named = [c for cell, c in zip(self.cells, self.columns, strict=True) if c and "kpa" in cell.casefold()]
        return {name: "kpa" for c in named if c.kind in ("number", "pair") for name in c.name.split("/")}


def read_header(found: Layout, dataset: Dataset, profile: FileProfile = NO_PROFILE) -> Header:
    """Name the columns of a table. Raises Refused when one names people or a required one is missing."""
    if len(found.cells) > MOST_COLUMNS:
        raise Refused("header_unreadable", row=found.row, note=f"It has {len(found.cells):,} columns.")
    columns = surely(found.cells, dataset, profile)
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
        perhaps = [m for m in match(found.cells, found.below, dataset, profile) if m.column and not m.sure]
        # Without any name that we know, the line may be a patient's row: its cells are not repeated.
        shown = f": {', '.join(header.shown[:12])}" if named or perhaps else " no column that we know"
        guesses = "".join(f" “{header.shown[header.cells.index(m.cell)]}” may be {m.column}." for m in perhaps)
        line = "first line" if header.row == 1 else "header"
        raise Refused(
            "missing_column",
            row=header.row,
            column=missing[0].split(" or ")[0],
            note=f"Missing: {', '.join(missing)}. The {line} has{shown}.{guesses}",
        )
