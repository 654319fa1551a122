"""From a file's bytes to its tables: members, each as text, and the dataset that its header names.

A FHIR export is one thing in however many files: of it there is a table for each dataset that it holds.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from data.findings import Refused
from data.personal_identifiers import shown_name
from data.receiving.archive_members import Member, members
from data.receiving.fhir.export_contents import SOURCES, Contents
from data.receiving.fhir.export_reader import DatasetTable, Export, Form, form_of, read_export
from data.receiving.file_source import Place, Progress, chunks, unheard
from data.receiving.header_matching import likeness_of, match
from data.receiving.table_layout import first_lines, layout
from data.receiving.text_table import TextTable, examine
from schemas.datasets.dataset_catalog import DATASETS, Dataset
from schemas.datasets.file_profile import NO_PROFILE, FileProfile


@dataclass(frozen=True)
class FoundTable:
    """A table in a file before it is checked. `table` is None when it is `refused`; `dataset`: what its header says it
    is, None when that is not clear."""

    member: Member
    table: TextTable | None
    dataset: str | None = None
    refused: Refused | None = None
    export: Contents | None = None
    """What else the FHIR export holds that it was made of."""

    @property
    def place(self) -> Place:
        """Where its bytes are: examined already, where that was possible."""
        return self.table or self.member.place


def find_tables(place: Place, profiles: dict[str, FileProfile], on_progress: Progress = unheard) -> list[FoundTable]:
    """The tables of a file, each with the dataset that its header names. Raises Refused for a file without any.

    `profiles`: dataset -> the partner's file profile; `on_progress` hears how many bytes of a table were read so far.
    """
    inside = members(place)
    export, others = _export(inside, SOURCES, on_progress)
    found = [_found(member, profiles, on_progress) for member in others]
    if export is None:
        return found
    if not export.tables:
        raise Refused("not_in_export", note=export.contents.words)
    return [_of_export(made, export) for made in export.tables] + [f for f in found if f.dataset]


def _export(
    inside: list[Member], wanted: Collection[str], on_progress: Progress = unheard
) -> tuple[Export | None, list[Member]]:
    """What was read of the FHIR export in a file, if there is one, and the members that are none of it."""
    forms = [(member, _form(member)) for member in inside]
    resources = [(member, form) for member, form in forms if form]
    others = [member for member, form in forms if not form]
    beside = [member.name for member in others]
    return (read_export(resources, beside, wanted, on_progress) if resources else None), others


def _form(member: Member) -> Form | None:
    try:
        return form_of(member)
    except Refused:
        return None  # it is told where its bytes are looked at


def _of_export(made: DatasetTable, export: Export) -> FoundTable:
    return FoundTable(
        Member(DATASETS[made.dataset].title, made.text), _text_of(made), made.dataset, export=export.contents
    )


def _text_of(made: DatasetTable) -> TextTable:
    return replace(examine(Member("", made.text)), origin=made.origin)


def _found(member: Member, profiles: dict[str, FileProfile], on_progress: Progress = unheard) -> FoundTable:
    try:
        table = examine(member, on_progress)
        return FoundTable(member, table, recognized(table, profiles))
    except Refused as refused:
        return FoundTable(member, None, refused=refused)


def table_to_check(place: Place, dataset: Dataset, profile: FileProfile) -> TextTable:
    """The table that is meant: the only one of a file, or the only one with the dataset's header. Raises Refused."""
    if isinstance(place, TextTable):
        return place
    inside = members(place)
    export, _ = _export(inside, [dataset.name])
    if export:
        if not export.tables:
            raise Refused("not_in_export", note=export.contents.words)
        return _text_of(export.tables[0])
    if len(inside) == 1:
        return examine(inside[0])
    found = [_found(member, {dataset.name: profile}) for member in inside]
    fits = [f.table for f in found if f.table and f.dataset == dataset.name]
    if len(fits) != 1:
        raise Refused("several_tables", note=f"It holds: {', '.join(_shown(inside))}.")
    return fits[0]


def _shown(inside: list[Member]) -> list[str]:
    """Names of sheets or files as a message may repeat them: one may be a person's."""
    return [shown_name(member.name, place, "table") for place, member in enumerate(inside[:12])]


def recognized(table: TextTable, profiles: dict[str, FileProfile]) -> str | None:
    """The dataset that header and contents speak for best; None when most of what it needs is not there.

    `profiles`: dataset -> the partner's file profile.
    """
    lines = first_lines(table)
    scores = {}
    for name, dataset in DATASETS.items():
        profile = profiles.get(name, NO_PROFILE)
        found = layout(lines, dataset, profile)
        matches = [m for m in match(found.cells, found.below, dataset, profile) if m.cell]
        likes = [likeness_of(m) for m in matches]
        needed = sum(c.required for c in dataset.columns)
        # An id alone says nothing: every kind of file has one.
        if sum(likes) >= max(0.6 * needed, 1.5) and max(likes) > 0.6:
            filled = {part for m in matches if m.column for part in dataset.parts(m.column)}
            lacking = len(dataset.still_needed(filled))
            scores[name] = sum(likes) - 0.5 * sum(not like for like in likes) - lacking
    return max(scores, key=scores.__getitem__) if scores else None


def count_lines(place: Place) -> int:
    """About how many rows a table has: its lines, without a look at what they hold."""
    if isinstance(place, TextTable):
        return place.lines
    return sum(chunk.count(b"\n") for chunk in chunks(place))
