"""What anyone knows of how groups and periods lie within each other, without the engine's word for it.

Which county a ZIP code lies in is a public table. That 40-64 holds 40-49, and which groups a coarser grouping must
have put together, follows from their names. That January to December less February to January is January, from the
calendar. Each function adds its sums to what the attacker has; one that the exact rows do not bear out is left out.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog

from tests.attack.attacker_sums import CROSS, EVERYONE, LEFT_OUT, READMISSIONS, WHOLE, Sums, Terms

ONE_BY_ONE = ("numerator", "rest")
DAY = dt.timedelta(days=1)


def places(counties: Mapping[str, str]) -> Callable[[Sums], None]:
    """A county's people are those of its ZIP codes (ZIP -> county), also where they are told for each race."""

    def known(sums: Sums) -> None:
        for key, parts in list(sums.table.items()):
            sides = key[5].split(CROSS)
            if "zip" not in sides:
                continue
            at = sides.index("zip")
            inside: dict[str, list[int]] = {}
            for group, cell in parts:
                words = group.split(CROSS)
                words[at] = counties.get(words[at], words[at])
                inside.setdefault(CROSS.join(words), []).append(cell)
            by = CROSS.join("county_fips" if s == "zip" else s for s in sides)
            alone: dict[str, list[int]] = {}
            for group, cells in inside.items():
                alone.setdefault(group.split(CROSS)[at], []).extend(cells)
                _whole(sums, (*key[:5], by, group), cells)
            for county, cells in alone.items():
                _whole(sums, (*key[:5], "county_fips", county), cells)

    return known


def _whole(sums: Sums, key: tuple, cells: list[int]) -> None:
    if (whole := sums.at.get(key)) is not None:
        sums.add([whole], cells)


def rungs(sums: Sums) -> None:
    """Partners and partnership may group the same people more finely or more coarsely: what both put together adds up.

    The groups of all tables of one grouping are drawn together where they overlap; of each such part the partners'
    counts make up the partnership's.
    """
    alike: dict[tuple, dict[str, list[tuple[str, int]]]] = {}
    for key, parts in sums.table.items():
        if key[5] not in (EVERYONE, LEFT_OUT):
            alike.setdefault((key[0], *key[2:6]), {})[key[1]] = parts
    for tables in alike.values():
        if WHOLE not in tables or len({frozenset(g for g, _ in parts) for parts in tables.values()}) == 1:
            continue
        for part in _parts({scope: [g for g, _ in parts] for scope, parts in tables.items()}):
            cells = {s: [c for g, c in parts if (s, g) in part] for s, parts in tables.items()}
            mine = cells.pop(WHOLE)
            if len(part) > 1 and mine:
                sums.add(mine, [c for own in cells.values() for c in own])


def _parts(groups: Mapping[str, list[str]]) -> list[set[tuple[str, str]]]:
    """Groups (scope, group) drawn together where they hold the same people."""
    whole = set(groups[WHOLE])
    partners = {g for scope, mine in groups.items() if scope != WHOLE for g in mine}
    parts: list[tuple[set[tuple[str, str]], set[str]]] = []
    for scope, mine in groups.items():
        for group in mine:
            atoms = _held(group, whole, partners)
            touched = [p for p in parts if p[1] & atoms]
            parts = [p for p in parts if not p[1] & atoms]
            parts.append(({(scope, group)}.union(*(p[0] for p in touched)), atoms.union(*(p[1] for p in touched))))
    return [names for names, _ in parts]


def _held(group: str, whole: set[str], partners: set[str]) -> set[str]:
    """What a group holds: years of age; or, of a name on one side alone, itself and what is named on the other alone."""
    if ages := re.fullmatch(r"(\d\d?)(?:-(\d\d?)|\+)", group):
        return {str(age) for age in range(int(ages[1]), int(ages[2] or 120) + 1)}
    if group in whole and group in partners:
        return {group}
    return {group} | (partners - whole if group in whole else whole - partners)


def windows(sums: Sums) -> None:
    """A stay ends on one day: what the stays of overlapping periods have in common is the same stays."""
    periods: dict[tuple, dict[tuple[dt.date, dt.date], int]] = {}
    for key, cell in sums.at.items():
        if key[0] in READMISSIONS:
            periods.setdefault((key[0], key[1], *key[5:7]), {})[key[3], key[4]] = cell
    for cells in periods.values():
        if len(cells) > 1:
            _of_windows(sums, cells)


def _of_windows(sums: Sums, cells: Mapping[tuple[dt.date, dt.date], int]) -> None:
    cuts = sorted({start for start, _ in cells} | {end + DAY for _, end in cells})
    pieces = [(start, after - DAY) for start, after in pairwise(cuts)]
    longer = [p for p in cells if p not in pieces]
    if not longer:
        return
    inside = np.array([[first <= a and b <= last for a, b in pieces] for first, last in cells], float)
    for measure in ONE_BY_ONE if all(sums.value[c][1] is not None for c in cells.values()) else ("denominator",):
        counts = [_count(sums, cell, measure) for cell in cells.values()]
        # Any counts of the pieces that fit will do: the attacker knows that there are some, not which.
        fit = linprog(np.zeros(len(pieces)), A_eq=inside, b_eq=counts, method="highs-ds")
        if not fit.success:
            continue
        names = [
            (cells[p], measure) if p in cells else (sums.new(round(v)), "denominator")
            for p, v in zip(pieces, fit.x, strict=True)
        ]
        for (first, last), cell in cells.items():
            if (first, last) not in pieces:
                terms: Terms = {(cell, measure): 1}
                terms |= {name: -1 for (a, b), name in zip(pieces, names, strict=True) if first <= a and b <= last}
                sums.keep(terms)


def _count(sums: Sums, cell: int, measure: str) -> int:
    people, met = sums.value[cell]
    if measure == "denominator":
        return people
    return (met or 0) if measure == "numerator" else people - (met or 0)
