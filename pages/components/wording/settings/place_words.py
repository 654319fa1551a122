"""Places and maps in words: where the list comes from, what another one leads to, and what a map shows."""

from collections.abc import Iterator

from pages.components.tables.plain_table import Cell
from pages.components.wording.count_words import listed, many
from schemas.policy.partnership import Map
from workflow.governing.listed_places import Listed, Move
from workflow.governing.map_files import Fit

AREAS = {"zip": "ZIP codes", "county_fips": "Counties"}
"""What the areas of a map are, in words."""
_MOST = 12
UNKNOWN = "not known"


def some(codes: list[str] | tuple[str, ...]) -> str:
    """Codes as a list, the first of many."""
    more = len(codes) - _MOST
    return listed([*codes[:_MOST], f"{more:,} more"] if more > 0 else list(codes))


def when(from_year: int | None) -> str:
    """From when another list holds."""
    return f"the first release of {from_year}" if from_year else "the next release"


def source(found: Listed) -> list[str]:
    """Where the list comes from, and what follows it."""
    if not found.held:
        settled = (
            f"No list holds yet. A release settles one: ZIP codes of {found.smallest} people or more at two partners."
        )
        return [settled] if not found.declared else [f"The list of the settings holds from {when(None)} on."]
    if found.declared == found.held:
        return ["The settings say this list."]
    if found.declared:
        return [f"The settings say another list. It holds from {when(found.from_year)} on."]
    return ["The list was settled before. It stays until the settings say another one."]


def columns(found: Listed) -> tuple[str, ...]:
    """The heads of the table: whether a ZIP code holds is said where the settings say another list."""
    return ("ZIP code", "County", "On the list") if found.declared and found.declared != found.held else (
        "ZIP code", "County",
    )  # fmt: skip


def rows(found: Listed) -> list[list[Cell]]:
    """A row for each ZIP code of either list."""
    every = sorted({**found.held, **found.declared})
    other = len(columns(found)) > 2
    return [[z, in_county(_county(found, z)), *([_standing(found, z)] if other else [])] for z in every]


def _county(found: Listed, code: str) -> str:
    return found.declared[code] if code in found.declared else found.held[code]


def _standing(found: Listed, code: str) -> str:
    if code not in found.declared:
        return f"Until {when(found.from_year)}"
    return "Yes" if found.held.get(code) == found.declared[code] else f"From {when(found.from_year)} on"


def in_county(county: str) -> str:
    """A county code as people read it."""
    return county or UNKNOWN


def follows(move: Move) -> Iterator[str]:
    """What another list leads to."""
    if move.stays:
        yield "The list that holds stays. The settings no longer say one."
        return
    if not any((move.come, move.go, move.other_county, move.counties)):
        yield "It is the list that holds. No figure moves."
        return
    yield f"The list holds from {when(move.from_year)} on. Until then nothing moves."
    yield "It then holds in closed years too: “elsewhere” holds other people, without an erratum."
    if move.come:
        yield f"Counted by themselves then, no longer elsewhere: {some(move.come)}."
    if move.go:
        yield f"Counted as elsewhere then: {some(move.go)}."
    if move.other_county:
        yield f"Counted for another county then: {some(move.other_county)}."
    if move.counties:
        yield f"Counties that stood for themselves are elsewhere then: {some(move.counties)}."


def drawn_from(one: Map) -> str:
    """A map of the settings in words."""
    return f"{AREAS[one.by]}: {origin(one)}"


def origin(one: Map) -> str:
    """Where a map's shapes come from."""
    return f"{one.file}, by its property “{one.property}”"


def map_follows(by: str, *, drawn: bool) -> Iterator[str]:
    """What a map leads to."""
    if drawn:
        yield f"The page Equity draws the map of {_inside(by)} at once."
    else:
        yield f"The page Equity draws no map of {_inside(by)} any more. An undo brings it back."


def _inside(by: str) -> str:
    return AREAS[by] if by == "zip" else AREAS[by].lower()


def fits(by: str, fit: Fit) -> list[str]:
    """How many of the listed places a map has shapes for, and which it lacks."""
    total = len(fit.has) + len(fit.lacks)
    if not total:
        return [f"No list of {_inside(by)} holds yet. The file has {many(fit.more, 'shape')}."]
    lines = [f"It has shapes for {len(fit.has):,} of the {total:,} {_inside(by)} on the list."]
    if fit.lacks:
        lines.append(f"No shape for {some(fit.lacks)}.")
    if fit.more:
        lines.append(f"{many(fit.more, 'other shape is', 'other shapes are')} drawn empty.")
    if not fit.has:
        lines.append("None fits. Did you choose the right property?")
    return lines


def alt(by: str, fit: Fit) -> str:
    """The map for those who do not see it."""
    return f"Shapes of {_inside(by)}. On the list: {some(fit.has) or 'none'}."
