"""A FHIR export -> a table for each dataset that is in it, one query a dataset (`views/`).

Each table goes through the same checks as a file that its sender made, with the number of the line beside each row.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

import duckdb
import polars as pl

from data.findings import Refused
from data.receiving.archive_members import Member
from data.receiving.fhir.bundle_entries import entries
from data.receiving.fhir.export_contents import JOINED, NEEDED, SOURCES, TELLING, Contents, known_kinds
from data.receiving.fhir.resource_lines import Block, blocks
from data.receiving.fhir.resource_tables import HERE, KINDS, ResourceTables
from data.receiving.fhir.table_origin import Origin, SourceFile, repeatable
from data.receiving.file_source import Progress, opened, unheard
from schemas.datasets.dataset_catalog import DATASETS
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.event_codes import event_of
from schemas.vocabularies.word_meaning import meaning_of

_HEAD = 65_536
_BUNDLE = re.compile(rb'\s*\{[\s\S]{0,60000}?"resourceType"\s*:\s*"Bundle"')
_LINE = re.compile(rb'^[ \t]*\{[^\n]*?"resourceType"\s*:\s*"[A-Za-z]+"', re.MULTILINE)
_KIND_IN_TEXT = re.compile(r'"resourceType"\s*:\s*"([A-Za-z]+)"')
Form = Literal["lines", "bundle"]


@dataclass(frozen=True)
class DatasetTable:
    """A dataset of an export: its rows as CSV, and where they come from."""

    dataset: str
    text: bytes = field(repr=False)
    origin: Origin
    count: int
    """Rows, with those that were left out."""
    joined: int
    """Lines that are in the row of another line."""


@dataclass(frozen=True)
class Export:
    """What was read of an export."""

    tables: tuple[DatasetTable, ...]
    contents: Contents


def form_of(member: Member) -> Form | None:
    """Whether the bytes of a member are resources in lines or a bundle; None for anything else.

    Raises Refused where they cannot be unpacked.
    """
    with opened(member.place) as stream:
        head = stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf")
    # A resource over several lines is one document, pretty-printed; a bulk export has one in each line. Its first line
    # may be damaged: that costs the line, not the file.
    if _LINE.search(head) and not _BUNDLE.match(head):
        return "lines"
    return "bundle" if _BUNDLE.match(head) else None


def read_export(
    members: Sequence[tuple[Member, Form]], beside: Sequence[str] = (), wanted: Collection[str] = tuple(SOURCES),
    on_progress: Progress = unheard,
) -> Export:  # fmt: skip
    """Read the files of an export, in the order of their names. `beside`: files of the archive that are none of it.

    Raises Refused for an export that cannot be read as a whole; what is wrong with single lines is in the tables.
    """
    try:
        return _Reading(sorted(members, key=lambda m: m[0].name), beside, on_progress).export(wanted)
    except duckdb.OutOfMemoryException:
        raise Refused("too_large_in_memory") from None


class _Reading:
    def __init__(self, members: Sequence[tuple[Member, Form]], beside: Sequence[str], on_progress: Progress) -> None:
        self.tables, self.on_progress = ResourceTables(), on_progress
        self.files: list[SourceFile] = []
        self.kinds_of_file: list[set[str]] = []
        self.by_kind: Counter[str] = Counter()
        self.found: list[tuple[str, int, int]] = []
        """(rule, line, place of its file) of lines that are no resource."""
        self.unknown = 0
        last = 0
        for place, (member, form) in enumerate(members):
            self.files.append(SourceFile(repeatable(member.name, place), last, "line" if form == "lines" else "entry"))
            self.kinds_of_file.append(set())
            before = last
            if form == "bundle":
                last = self._take(entries(self.tables.con, member.place, before), place)
            else:
                for block in blocks(member.place, before, on_progress):
                    last = self._take(block, place)
        self.tables.finish()
        self.beside = tuple(repeatable(name, n) for n, name in enumerate(beside))

    def _take(self, block: Block, place: int) -> int:
        kinds, damaged, none = self.tables.add(block)
        for kind, count in kinds.items():
            if kind in known_kinds():
                self.by_kind[kind] += count
                self.kinds_of_file[place].add(kind)
            else:
                self.unknown += count
        for number, begin in block.too_long:
            kind = found[1] if (found := _KIND_IN_TEXT.search(begin)) else ""
            # A document or a picture may be as long as it likes: no dataset reads it.
            if kind in known_kinds() and kind not in KINDS:
                self.by_kind[kind] += 1
            else:
                self.found.append(("long_line", number, place))
        self.found += [("damaged_line", number, place) for number in [*damaged, *block.not_text]]
        self.found += [("no_resource", number, place) for number in none]
        return block.last

    def export(self, wanted: Collection[str]) -> Export:
        self._know_events()
        self._know_payers()
        contents = Contents(tuple(self.files), self.by_kind, Counter(), len(self.found), self.unknown, self.beside)
        made = [self._dataset(name, contents) for name in SOURCES if name in wanted]
        return Export(tuple(t for t in made if t), contents)

    def _know_events(self) -> None:
        """Which events the codes of this export stand for: the measures' own table is asked once for each code."""
        codes = self.tables.con.execute(
            "SELECT DISTINCT c.system, c.code FROM (SELECT unnest(codes) AS c FROM encounter "
            "UNION ALL SELECT unnest(codes) FROM condition UNION ALL SELECT unnest(codes) FROM procedure) "
            "WHERE c.system IN ('snomed', 'icd10', 'icd9', 'cpt')"
        ).fetchall()
        known = {f"{system}|{code}": event for system, code in codes if (event := event_of(code))}
        self.tables.con.execute("SET VARIABLE events = ?::MAP(VARCHAR, VARCHAR)", [known])

    def _know_payers(self) -> None:
        """What the words of this export say of who pays."""
        words = [
            w for (w,) in self.tables.con.execute("SELECT DISTINCT payer FROM coverage WHERE payer <> ''").fetchall()
        ]
        known = {word: payer for word in words if (payer := meaning_of(VOCABULARIES["payer"], word))}
        self.tables.con.execute("SET VARIABLE payers = ?::MAP(VARCHAR, VARCHAR)", [known])

    def _dataset(self, name: str, contents: Contents) -> DatasetTable | None:
        """The table of a dataset; None where the export holds nothing of it."""
        if not any(self.by_kind[kind] for kind in SOURCES[name]):
            return None
        every = self.tables.con.execute((HERE / "views" / f"{name}.sql").read_text()).pl().sort("line")
        if every.is_empty():
            return None
        joined = 0
        if "lines" in every.columns:
            joined = every["lines"].explode().n_unique() - every["line"].n_unique()
            every = every.drop("lines")
        for source, rows in every.group_by("source"):
            contents.used[name, str(source[0])] = rows["line"].n_unique()
        if joined:
            contents.used[name, JOINED[name]] += joined
        found = self._found(name, every)
        rows = every.filter(pl.col("rule").is_null())
        needed = {c.name for c in DATASETS[name].columns if c.required}
        columns = [c for c in rows.columns[4:] if rows[c].null_count() < len(rows) or c in needed]
        text = rows.select(columns).write_csv().encode()
        origin = Origin(tuple(self.files), rows["line"], found, self._notes(name))
        return DatasetTable(name, text, origin, len(every), joined)

    def _notes(self, name: str) -> dict[str, str]:
        """What is to be said of the export as a whole."""
        notes = {}
        for rule, kinds in (("missing_resources", NEEDED), ("missing_details", TELLING)):
            if missing := [kind for kind in kinds.get(name, ()) if not self.by_kind[kind]]:
                notes[rule] = f"It has no {' and no '.join(missing)}."
        if self.unknown:
            notes["unknown_resource"] = f"Lines: {self.unknown:,}."
        if self.beside:
            notes["file_not_read"] = f"Not read: {', '.join(self.beside[:12])}."
        return notes

    def _found(self, name: str, every: pl.DataFrame) -> dict[str, pl.Series]:
        """Rule -> lines: of the dataset, and of lines that may have been its own."""
        found: dict[str, list[int]] = {}
        for column in ("rule", "remark"):
            told = every.filter(pl.col(column).is_not_null() & (pl.col("rule").is_null() | (column == "rule")))
            for (rule,), rows in told.group_by(column):
                found[str(rule)] = rows["line"].unique().to_list()
        for rule, line, place in self.found:
            kinds = self.kinds_of_file[place]
            if not kinds or kinds & set(SOURCES[name]):
                found.setdefault(rule, []).append(line)
        return {rule: pl.Series(sorted(lines), dtype=pl.UInt32) for rule, lines in found.items()}
