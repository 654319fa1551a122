"""A header of two lines as one: names of groups above, or names that go on below.

Spreadsheets merge cells: "Admission" above "Date" and "Class", "Patient ID" over two lines. In text only the first cell
of a merged one is filled.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from data.receiving.column_evidence import looks_like_value
from schemas.vocabularies.vocabulary import normal

Row = tuple[str, ...]
_MOST_WORDS = 6


def is_group_line(cells: Row, below: Row) -> bool:
    """Whether a line can name groups of the columns below it: a few words, no values, no more cells than columns."""
    filled = [c for c in cells if c]
    words = all(len(c.split()) <= _MOST_WORDS and not any(map(str.isdigit, c)) for c in filled)
    fits = len(cells) <= len(below) and bool(filled) and not any(map(looks_like_value, filled))
    return fits and words and (len(filled) > 1 or len(below) > 2)


def joined(above: Row, header: Row, is_name: Callable[[str], bool]) -> Row:
    """The header with the help of the line above it; the same header where that helps nothing.

    A blank cell has the name above it; cells of one name, or of no name that we know, are told apart by their group.
    """
    width = len(header)
    own = (*above, *[""] * (width - len(above)))
    groups = _filled_right(own)
    met = Counter(normal(c) for c in header if c)

    def one(place: int) -> str:
        cell, group = header[place], groups[place]
        both = f"{group} {cell}".strip()
        if not cell:
            return own[place]
        if group and (met[normal(cell)] > 1 or (not is_name(cell) and is_name(both))):
            return both
        return cell

    return tuple(one(place) for place in range(width))


def _filled_right(cells: Sequence[str]) -> list[str]:
    group, filled = "", []
    for cell in cells:
        group = cell or group
        filled.append(group)
    return filled


def goes_on_below(header: Row, below: Row) -> bool:
    """Whether the line below a header names columns that the header leaves blank."""
    return any(
        not top and cell for top, cell in zip((*header, *[""] * (len(below) - len(header))), below, strict=False)
    )
