"""Every table that there can be, read by who knows the rule and by a partner that knows its own people."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

from metrics.composing.loop_ends import BY_DAYS, BY_REASON
from metrics.disclosure.declared_lists.fixed_rungs import Rung, Told, finest

SMALLEST = 4
"""As 11 is, so that all tables can be gone through: the rule knows no other number."""
MOST = 8


def narrow(worlds: Iterable[tuple[tuple, tuple[int, ...]]], most: int = MOST) -> list[tuple]:
    """(what is shown, which part) where a small part is known to be small, or to a range narrower than allowed. Sums
    above `most` are left out: not all that may be behind them was gone through."""
    seen = defaultdict(list)
    for told, counts in worlds:
        seen[told].append(counts)
    return [
        (told, n)
        for told, those in seen.items()
        if all(many <= most for parts, many in told if len(parts) > 1)
        for n, values in enumerate(zip(*those, strict=True))
        if any(0 < v < SMALLEST for v in values)
        and (max(values) < SMALLEST or max(values) - min(values) < SMALLEST - 1)
    ]


def tables(rungs: tuple[Rung, ...]) -> list[str]:
    return [name for parts in rungs[0] for name in parts]


def less(told: Told, own: tuple[int, ...]) -> Told:
    """What a partner sees when it takes its own people off."""
    mine = dict(zip(tables(BY_DAYS), own, strict=True))
    return tuple((parts, many - sum(mine[part] for part in parts)) for parts, many in told)


def test_no_reader_of_the_days_narrows_a_small_part_down():
    names = tables(BY_DAYS)
    every = list(product(range(MOST + 1), repeat=len(names)))
    assert narrow((finest(BY_DAYS, dict(zip(names, c, strict=True)), SMALLEST), c) for c in every) == []


def test_no_reader_of_the_reasons_narrows_a_small_part_down():
    names = tables(BY_REASON)
    most = SMALLEST + 2
    every = product(range(most + 1), repeat=len(names))
    assert narrow(((finest(BY_REASON, dict(zip(names, c, strict=True)), SMALLEST), c) for c in every), most) == []


def test_no_partner_narrows_down_what_others_have():
    """A partner takes its own people off what is shown: what is left is held to the same."""
    names = tables(BY_DAYS)
    for own in ((0, 0, 0, 0), (9, 9, 9, 9), (9, 0, 1, 9)):
        worlds = []
        for others in product(range(MOST + 1), repeat=len(names)):
            whole = {name: a + b for name, a, b in zip(names, own, others, strict=True)}
            rest = [dict(zip(names, part, strict=True)) for part in (others, own)]
            worlds.append((less(finest(BY_DAYS, whole, SMALLEST, rest), own), others))
        assert narrow(worlds) == [], own


def test_without_that_it_would_be_found_out():
    names = tables(BY_DAYS)
    own = (9, 9, 9, 9)
    worlds = []
    for others in product(range(MOST + 1), repeat=len(names)):
        whole = {name: a + b for name, a, b in zip(names, own, others, strict=True)}
        worlds.append((less(finest(BY_DAYS, whole, SMALLEST), own), others))
    assert narrow(worlds) != []


def test_the_finest_rung_without_a_small_part_is_shown():
    counts = {"30": 20, "60": 12, "90": 0, "later": 40}
    assert finest(BY_DAYS, counts, 11) == ((("30",), 20), (("60",), 12), (("90",), 0), (("later",), 40))
    assert finest(BY_DAYS, counts | {"90": 3}, 11) == ((("30",), 20), (("60", "90"), 15), (("later",), 40))
    assert finest(BY_DAYS, counts | {"60": 5, "90": 3}, 11) == ((("30", "60", "90"), 28), (("later",), 40))
    assert finest(BY_DAYS, counts | {"later": 3}, 11) == () == finest(BY_DAYS, {}, 11)
