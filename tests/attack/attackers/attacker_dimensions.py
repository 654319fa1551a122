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
from scipy.optimize import LinearConstraint, linprog, milp

from tests.attack.attackers.attacker_sums import CROSS, EVERYONE, LEFT_OUT, ON_ONE_DAY, WHOLE, Sums, Terms

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
    """What a group holds: years of age; or, of a name on one side alone, itself and what is named on the other alone.
    Of two groupings at once it holds what both sides do."""
    if CROSS in group:
        sides = zip(*(g.split(CROSS) for g in (group, *whole, *partners)), strict=True)
        held = [
            _held(first, {*rest[: len(whole)]}, {*rest[len(whole) :]}) for first, *rest in (tuple(s) for s in sides)
        ]
        return {CROSS.join((a, b)) for a in held[0] for b in held[1]}
    if ages := re.fullmatch(r"(\d\d?)(?:-(\d\d?)|\+)(_or_not_stated)?", group):
        years = {str(age) for age in range(int(ages[1]), int(ages[2] or 120) + 1)}
        return years | {"not_reported"} if ages[3] else years
    if group in whole and group in partners:
        return {group}
    return {group} | (partners - whole if group in whole else whole - partners)


def remembered() -> Callable[[Sums], None]:
    """What earlier releases held is still known: rows that are no longer there, and groups that were finer or coarser.

    Call it anew for each attack; it is given the releases in their order.
    """
    tables: dict[tuple, list[list[tuple[str, int]]]] = {}
    at: dict[tuple, int] = {}
    values: dict[int, tuple[int, int | None]] = {}

    def known(sums: Sums) -> None:
        mine = {key: list(parts) for key, parts in sums.table.items()}
        of_now = dict(sums.at)
        values.update(sums.value)
        sums.value.update(values)
        for key, parts in mine.items():
            for before in tables.get(key, []):
                _of_two_rungs(sums, before, parts)
        for key, of_releases in tables.items():
            sums.table.setdefault(key, of_releases[-1])
        for key, cell in at.items():
            sums.at.setdefault(key, cell)
        for key, parts in mine.items():
            tables.setdefault(key, []).append(parts)
        at.update(of_now)

    return known


def _of_two_rungs(sums: Sums, before: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    """One table in two releases: what its groups put together is the same people, where nothing came between."""
    if {g for g, _ in before} == {g for g, _ in after}:
        return
    for part in _parts({"before": [g for g, _ in before], WHOLE: [g for g, _ in after]}):
        then = [c for g, c in before if ("before", g) in part]
        now = [c for g, c in after if (WHOLE, g) in part]
        if then and now and set(then) != set(now):
            sums.add(now, then)


def windows(sums: Sums) -> None:
    """A stay ends on one day: what the stays of overlapping periods have in common is the same stays."""
    periods: dict[tuple, dict[tuple[dt.date, dt.date], int]] = {}
    for key, cell in sums.at.items():
        if key[0] in ON_ONE_DAY:
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


def quarters_of_groups(sums: Sums) -> None:
    """As `windows` for all groups of a table together: in each quarter they add up to the stays of its months.

    A group without a row is nobody, which holds within a release: use it before `remembered`.
    """
    tables: dict[tuple, dict[tuple[str, dt.date], int]] = {}
    months: dict[tuple, dict[dt.date, int]] = {}
    for (name, scope, kind, start, end, by, group), cell in sums.at.items():
        if name in ON_ONE_DAY and sums.value[cell][1] is not None:
            if kind == "month" and by == EVERYONE:
                months.setdefault((name, scope), {})[start] = cell
            elif kind == "year" and by not in (EVERYONE, LEFT_OUT):
                tables.setdefault((name, scope, by), {})[group, end] = cell
    for key, years in tables.items():
        if len({end for _, end in years}) > 1:
            _of_table(sums, years, months.get(key[:2], {}))


def _of_table(sums: Sums, years: Mapping[tuple[str, dt.date], int], months: Mapping[dt.date, int]) -> None:
    """Years (group, last day) and months (first day) -> sums over unseen counts of each group and quarter."""
    ends, groups = sorted({end for _, end in years}), sorted({group for group, _ in years})
    firsts = {end: [_quarter_before(end, n) for n in range(4)] for end in ends}
    quarters = sorted({first for four in firsts.values() for first in four})
    unseen = {each: n for n, each in enumerate((g, q) for g in groups for q in quarters)}
    lines = [
        ([years[g, e]] if (g, e) in years else [], [unseen[g, q] for q in firsts[e]]) for g in groups for e in ends
    ]
    for quarter in quarters:
        three = [months.get(_month_after(quarter, n)) for n in range(3)]
        if None not in three:
            lines.append(([c for c in three if c is not None], [unseen[g, quarter] for g in groups]))
    inside = np.zeros((len(lines), len(unseen)))
    for n, (_, parts) in enumerate(lines):
        inside[n, parts] = 1
    for measure in ONE_BY_ONE:
        counts = [sum(_count(sums, cell, measure) for cell in cells) for cells, _ in lines]
        fit = milp(np.zeros(len(unseen)), constraints=LinearConstraint(inside, counts, counts),
                   integrality=np.ones(len(unseen)))  # fmt: skip
        if fit.success:
            new = [sums.new(round(value)) for value in fit.x]
            for cells, parts in lines:
                sums.keep({**{(c, measure): 1 for c in cells}, **{(new[p], "denominator"): -1 for p in parts}})


def _month_after(first: dt.date, months: int) -> dt.date:
    number = first.year * 12 + first.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def _quarter_before(end: dt.date, quarters: int) -> dt.date:
    """The first day of the quarter so many before the one that ends on a day."""
    return _month_after(end.replace(day=1), -2 - 3 * quarters)
