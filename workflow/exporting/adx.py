"""A release as ADX: each published count as a data value, with the group as attributes.

A data value must have a number, so a hidden count is not written at all, and what is left out is told beside the file.
Source: IHE QRPH Aggregate Data Exchange (ADX), namespace urn:ihe:qrph:adx:2015, schema `adx_loose.xsd`.
"""

from collections.abc import Iterator
from itertools import groupby

from workflow.exporting.proportions import HIDDEN, Cell, Figures, LeftOut, Proportion
from workflow.exporting.xml_writing import Node, as_bytes, node

STANDARD = "IHE QRPH Aggregate Data Exchange (ADX) 2015"
FILE = "adx.xml"
_WORDS = {"masked": HIDDEN, "unknown": "not known to the partnership"}
_LATE = "Provisional: data was missing when the year closed."


def files(figures: Figures) -> tuple[dict[str, bytes], tuple[LeftOut, ...]]:
    """The one file, and which figures are not in it because they have no number."""
    where = sorted(figures.proportions, key=_place)
    groups = [_group(place, list(some)) for place, some in groupby(where, key=_place)]
    made_at = figures.made_at.replace(microsecond=0).isoformat() + "Z"
    root = node("adx", {"xmlns": "urn:ihe:qrph:adx:2015", "exported": made_at}, *(g for g in groups if len(g)))
    left_out = tuple(
        LeftOut(one.indicator.id, one.scope, what, _WORDS[cell.told])
        for one in figures.proportions for what, _, cell in _cells(one) if cell.told != "shown"
    )  # fmt: skip
    return {FILE: as_bytes(root)} if len(root) else {}, left_out


def _place(one: Proportion) -> tuple[str, str, str]:
    return one.scope, str(one.start), str(one.end)


def _group(place: tuple[str, str, str], of_place: list[Proportion]) -> Node:
    """All measures of a partner in a year: the official figure is of twelve months."""
    values = [value for one in of_place for value in _values(one)]
    return node("group", {"orgUnit": place[0], "period": f"{place[1]}/P1Y"}, *values)


def _values(one: Proportion) -> Iterator[Node]:
    late = [node("annotation", None, _LATE)] if one.provisional else []
    for _, attributes, cell in _cells(one):
        if cell.told == "shown":
            for name, count in (("denominator", cell.denominator), ("numerator", cell.numerator)):
                told = {"dataElement": f"{one.indicator.id}.{name}", "value": str(count), **attributes}
                yield node("dataValue", told, *late)


def _cells(one: Proportion) -> Iterator[tuple[str, dict[str, str], Cell]]:
    """Each cell in words, as attributes, and itself."""
    yield "Everyone", {}, one.everyone
    for by in one.groupings:
        for group in by.groups:
            yield f"{by.title}: {group.label}", {by.stratifier: group.category}, group.cell
