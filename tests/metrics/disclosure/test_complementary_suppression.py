"""The disclosure engine on small partnerships, attacked by a reader who only has the published figures."""

import datetime as dt
import random

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from metrics.disclosure import readers
from metrics.disclosure.adding_up.relations import Margins, margins
from metrics.disclosure.complementary_suppression import Task, complement
from metrics.disclosure.linear_program import Region, out_of_reach
from metrics.disclosure.margin_tables import Keys, tables
from metrics.disclosure.narrow_counts import too_narrow
from metrics.disclosure.numbered_margins import number_cells
from metrics.disclosure.reader_bounds import Sight, Wide
from metrics.disclosure.readers import Reader
from metrics.disclosure.swap_proofs import SwapProofs
from tests.support.whole_run.every_run import some_of

SMALLEST = 11
YEAR = ("year", dt.date(2025, 1, 1), dt.date(2025, 12, 31))
GROUPS, PARTNERS = ("a", "b", "c", "d"), ("alder", "birch", "cedar")


def partnership(
    seed: int, sizes: tuple[int, ...] = (0, 3, 9, 25, 60, 140, 300)
) -> dict[tuple[str, str], tuple[int, int]]:
    """(scope, group) -> (denominator, numerator), with every total, of partners who share nobody."""
    rng = random.Random(seed)
    cells: dict[tuple[str, str], tuple[int, int]] = {}
    for partner in PARTNERS:
        for group in GROUPS:
            n = rng.choice(sizes)
            cells[partner, group] = (n, rng.randrange(n + 1))
        cells[partner, "all"] = tuple(sum(cells[partner, g][k] for g in GROUPS) for k in (0, 1))  # type: ignore[assignment]
    for group in (*GROUPS, "all"):
        cells["partnership", group] = tuple(sum(cells[p, group][k] for p in PARTNERS) for k in (0, 1))  # type: ignore[assignment]
    return cells


def known_of(cells: dict) -> Margins:
    frame = pl.DataFrame(
        [("bp_control", scope, *YEAR, "all" if g == "all" else "sex", g, n, x, False, 1)
         for (scope, g), (n, x) in cells.items()],
        schema=["indicator", "scope", "period_kind", "period_start", "period_end", "stratifier", "category", "denominator",
                "numerator", "counts_only", "state"],
        orient="row",
    )  # fmt: skip
    return margins(frame.with_columns(part_of=pl.lit(None, pl.String), folded=pl.lit(False)))


def engine(cells: dict, *, complements: bool = True) -> dict[tuple[str, str], bool]:
    """(scope, group) -> whether it is hidden."""
    known = known_of(cells)
    nobody = np.zeros(len(known.cells), bool)
    numbers = number_cells(known, nobody)
    primary = numbers.primary(SMALLEST) & numbers.published
    weight = np.log2(2 + numbers.counts[:, 2]) * np.where(numbers.total, 10.0, 1.0)
    keys = Keys(known.cells)
    swaps = SwapProofs(numbers, keys, list(tables(known, keys, ~nobody)), SMALLEST)
    task = Task(numbers, weight, SMALLEST, ~nobody, swaps)
    hidden = complement(task) if complements else primary
    if complements:
        assert too_narrow(numbers, hidden, SMALLEST) == []
    rows = known.cells.with_columns(hidden=pl.Series(hidden)).filter("published").iter_rows(named=True)
    return {(r["scope"], r["category"]): r["hidden"] for r in rows}


def _of(cell: tuple[int, int], measure: str) -> int:
    n, x = cell
    return {"numerator": x, "rest": n - x, "denominator": n}[measure]


def narrow(cells: dict, hidden: dict, own: str | None) -> list[tuple[str, str, str]]:
    """Hidden counts whose maximum is below 11 or whose range is below 10, by a linear program of this test alone."""
    names = list(cells)
    column = {(name, k): 2 * i + k for i, name in enumerate(names) for k in (0, 1)}  # 0: numerator, 1: rest
    equal, right = [], []

    def relation(whole, parts):
        for k in (0, 1):
            row = np.zeros(2 * len(names))
            row[column[whole, k]] = 1
            for part in parts:
                row[column[part, k]] -= 1
            equal.append(row)
            right.append(0.0)

    for scope in (*PARTNERS, "partnership"):
        relation((scope, "all"), [(scope, g) for g in GROUPS])
    for group in (*GROUPS, "all"):
        relation(("partnership", group), [(p, group) for p in PARTNERS])
    bounds: list[tuple[float, float | None]] = []
    for name, (n, x) in cells.items():
        seen = not hidden[name] or name[0] == own
        bounds += [(x, x), (n - x, n - x)] if seen else [(0, None), (0, None)]
    found = []
    for name, (n, x) in cells.items():
        if hidden[name] and name[0] != own:
            for measure, ks in (("numerator", (0,)), ("rest", (1,)), ("denominator", (0, 1))):
                value = _of((n, x), measure)
                others = [p for p in PARTNERS if p != own and hidden[p, name[1]] and _of(cells[p, name[1]], measure)]
                if value == 0 or (name[0] == "partnership" and own and not others):
                    continue  # a zero may be shown; and what is its own and shown figures, a partner may add up
                cost = np.zeros(2 * len(names))
                cost[[column[name, k] for k in ks]] = 1
                low, high = (sign * linprog(sign * cost, A_eq=equal, b_eq=right, bounds=bounds).fun for sign in (1, -1))
                if high < SMALLEST - 1e-6 or high - low < SMALLEST - 1 - 1e-6:
                    found.append((*name, measure))
    return found


@pytest.mark.parametrize("seed", some_of(range(4), 2))
def test_nobody_bounds_a_hidden_count_more_narrowly_than_is_allowed(seed):
    cells = partnership(seed)
    hidden = engine(cells)
    for own in (None, *PARTNERS):
        assert narrow(cells, hidden, own) == [], own


@pytest.mark.parametrize("seed", some_of(range(3), 3))
def test_partners_looked_at_some_at_a_time_are_kept_from_everyone_all_the_same(seed, monkeypatch):
    """What moves among some partners is noted as possible for all others, and for none of those who know it."""
    monkeypatch.setattr(readers, "_FEW", 0)
    monkeypatch.setattr(readers, "_BLOCK", 1)
    monkeypatch.setattr(readers, "_ROOMY", 1)
    cells = partnership(seed)
    hidden = engine(cells)
    for own in (None, *PARTNERS):
        assert narrow(cells, hidden, own) == [], own


def test_bounds_rule_out_only_what_no_move_could_widen():
    """Else a count would wait for the last resort, at which whole tables are hidden."""
    ruled_out = 0
    for seed in range(4):
        numbers = number_cells(known_of(partnership(seed, (0, 1, 3, 5, 12))), np.zeros(len(PARTNERS) * 5 + 5, bool))
        everything = np.ones(numbers.size, bool)
        region = Region(numbers, np.flatnonzero(~numbers.total), everything, SMALLEST)
        sight = Sight(region, everything, Reader(), Wide(numbers))
        for cell, measure in np.argwhere(out_of_reach(region) & sight.guarded):
            sight.ask(cell, measure)
            assert sight.narrow[cell, measure]
            ruled_out += 1
    assert ruled_out > 5


def test_without_complements_the_attack_succeeds():
    cells = partnership(0)
    assert any(narrow(cells, engine(cells, complements=False), own) for own in (None, *PARTNERS))


def test_who_is_left_out_at_one_partner_is_no_part_of_who_counts_at_another():
    """Both have the key of the indicator; a partner that alone has people in a group may know its own figure."""
    counts = [
        ("food_screening", "alder", "sex", "a", 2, 1), ("food_screening", "birch", "sex", "a", 2, 1),
        ("food_screening", "partnership", "sex", "a", 4, 2), ("food_insecurity", "alder", "sex", "a", 1, 0),
        ("food_insecurity", "partnership", "sex", "a", 1, 0),
        ("food_insecurity", "birch", "exclusion", "incomplete", 1, None),
        ("food_insecurity", "partnership", "exclusion", "incomplete", 1, None),
    ]  # fmt: skip
    frame = pl.DataFrame(
        [(indicator, scope, *YEAR, by, group, n, x, False, 1) for indicator, scope, by, group, n, x in counts],
        schema=["indicator", "scope", "period_kind", "period_start", "period_end", "stratifier", "category", "denominator",
                "numerator", "counts_only", "state"],
        orient="row",
    )  # fmt: skip
    known = margins(frame.with_columns(part_of=pl.lit(None, pl.String), folded=pl.lit(False)))
    numbers = number_cells(known, np.zeros(len(known.cells), bool))
    whole, part = numbers.shares.nonzero()
    assert (~numbers.published).sum() == 3, "the incomplete screens of each, by group"
    assert len(whole) and (numbers.published[whole] == numbers.published[part]).all()
