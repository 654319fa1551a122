"""The ZIP codes that releases show: the list that holds, what the settings list, and what would qualify today."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from data.ledger.store import Store
from metrics.grouping.ladder import read_ladder
from metrics.grouping.places import large_places, read_places
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import Viewer
from workflow.governing.settings_rights import refuse_others

MOST_LINES = 1_000
_ZIP, _COUNTY, _BETWEEN = re.compile(r"[0-9]{3}([0-9]{2})?"), re.compile(r"([0-9]{5})?"), re.compile(r"[,;\t]")
Zips = Mapping[str, str]
"""ZIP code -> its county code, blank where it is not known."""


@dataclass(frozen=True)
class Listed:
    """`held`: what releases show now; `counties`: those that stand for themselves beside it. `declared`: what the
    settings list. `from_year`: the calendar year from whose first release on another list holds; None: the next
    release. `qualify`: of `smallest` people or more at two partners each today, and on neither list."""

    held: Zips
    counties: frozenset[str]
    declared: Zips
    from_year: int | None
    qualify: Zips
    smallest: int


@dataclass(frozen=True)
class Move:
    """What another list changes: ZIP codes that `come` out of elsewhere and that `go` into it, those whose people count
    for another county, and counties that no longer stand for themselves. `from_year`: as in `Listed`."""

    from_year: int | None
    come: tuple[str, ...]
    go: tuple[str, ...]
    other_county: tuple[str, ...]
    counties: tuple[str, ...]
    stays: bool
    """The settings list nothing: what holds stays."""


def read(store: Store, viewer: Viewer) -> Listed:
    """The list as it is. Raises NotAllowed for anyone but backbone staff.

    That a ZIP code qualifies says of its people what the first list says to everyone: 11 or more, at two partners each.
    """
    refuse_others(viewer)
    cur, settings = store.cursor(), store.partnership
    held, smallest = read_places(cur), settings.policy.smallest_cell
    found = large_places(cur, smallest).counties
    return Listed(
        dict(held.counties), held.others - {*held.counties.values()}, dict(settings.places), holds_from(cur, settings),
        {z: c for z, c in found.items() if z not in held.counties and z not in settings.places}, smallest,
    )  # fmt: skip


def holds_from(cur: duckdb.DuckDBPyConnection, settings: Partnership) -> int | None:
    """The calendar year from whose first release on another list holds; None where this year's is not settled yet."""
    return settings.day.year + 1 if read_ladder(cur, settings.day.year) else None


def move(store: Store, before: Partnership, after: Partnership) -> Move | None:
    """What another list in the settings leads to; None where it stays."""
    if before.places == after.places:
        return None
    cur = store.cursor()
    held, then = read_places(cur), after.places
    alone = held.others - {*held.counties.values()} if then else frozenset()
    return Move(
        holds_from(cur, after),
        tuple(sorted(then.keys() - held.counties.keys())),
        tuple(sorted(held.counties.keys() - then.keys())) if then else (),
        tuple(sorted(z for z in then.keys() & held.counties.keys() if then[z] != held.counties[z])),
        tuple(sorted(alone)),
        not then,
    )


def lines(zips: Zips) -> str:
    """A list as text: a line for each ZIP code."""
    return "\n".join(f"{code}, {county}".rstrip(", ") for code, county in sorted(zips.items()))


def read_lines(text: str) -> tuple[dict[str, str], dict[int, str]]:
    """A list from text, one ZIP code a line with its county; and what is wrong, by number of the line.

    A comma, a semicolon or a tab stands between, as people write it or copy it from a spreadsheet. Blank lines count.
    """
    found: dict[str, str] = {}
    faults: dict[int, str] = {}
    told = text.splitlines()
    for number, line in enumerate(told[:MOST_LINES], 1):
        code, *rest = [part.strip() for part in _BETWEEN.split(line)]
        if not code and not any(rest):
            continue
        county = "".join(rest[:1])
        if len(rest) > 1 and any(rest[1:]):
            faults[number] = "write one ZIP code, a comma and one county code"
        elif not _ZIP.fullmatch(code):
            faults[number] = "a ZIP code has five digits, or three where no more are kept"
        elif code in found:
            faults[number] = f"the ZIP code {code} is there already"
        elif not _COUNTY.fullmatch(county):
            faults[number] = "a county code has five digits, such as 25003. Leave it out where you do not know it"
        else:
            found[code] = county
    if len(told) > MOST_LINES:
        faults[MOST_LINES + 1] = f"a list has at most {MOST_LINES:,} lines"
    return found, faults
