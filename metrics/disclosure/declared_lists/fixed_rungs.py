"""Counts of people in a few declared parts, shown by the finest of a few declared rungs that holds no small part.

The rung is one for all parts and tells nothing of any single one: which parts are told together never follows from
them. Parts that are told together must be so many that either may be 11. Whoever knows own people subtracts them, so
what is left of each part without them is held to the same.
"""

from collections.abc import Mapping, Sequence

Rung = tuple[tuple[str, ...], ...]
"""Which parts are told together."""
Told = tuple[tuple[tuple[str, ...], int], ...]
"""The parts of a rung, and how many people each has."""
Counts = Mapping[str, int]


def finest(rungs: Sequence[Rung], counts: Counts, smallest: int, without: Sequence[Counts] = ()) -> Told:
    """What may be shown; empty where nothing may, and where there is nobody. `rungs`: the finest first, each nested in
    the next; `without`: the same counts without each one of those who know their own people."""
    if not any(counts.values()):
        return ()
    for rung in rungs:
        told = tuple((parts, _sum(counts, parts)) for parts in rung)
        if all(_enough(_sum(those, parts), parts, smallest) for parts, _ in told for those in (counts, *without)):
            return told
    return ()


def _sum(counts: Counts, parts: tuple[str, ...]) -> int:
    return sum(counts.get(part, 0) for part in parts)


def _enough(people: int, parts: tuple[str, ...], smallest: int) -> bool:
    return people == 0 or people >= smallest + (len(parts) > 1)
