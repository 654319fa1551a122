"""Next year's range holds the truth as often as it says, is tried on earlier years alone, and is of groups alone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bench.worlds.heading_worlds import KINDS, coverage
from metrics.judging.heading.year_ahead import Tried, back_test, heading
from metrics.judging.target_met import next_year, usual_step
from tests.metrics.judging.test_target_met import figure
from tests.pages.test_figure_sentences import END, row, situation
from tests.support.whole_run.every_run import some_of

WORLDS = 250
ENDS = [END.replace(year=END.year - n) for n in (3, 2, 1, 0)]
S = replace(situation((12_000, 20_000), None), figure=figure(0.6, 1600), target=0.65)


def group(name: str, rates: Sequence[float | None], people: int = 4000, by: str = "language") -> list[dict[str, Any]]:
    """The years of a group up to the latest."""
    return [
        row(None if rate is None else round(rate * people), people, stratifier=by, category=name, period_end=end,
            suppressed=rate is None) | {"closed": True}
        for rate, end in zip(rates, ENDS[-len(rates) :], strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", some_of(KINDS, 3), ids=lambda kind: kind.name)
def test_a_range_holds_the_year_that_comes_as_often_as_it_says(kind):
    """In worlds where years move and where none does; the bounds allow for the chance of so many worlds."""
    inside, tried = coverage(kind, WORLDS, np.random.default_rng(7))
    assert tried == WORLDS * 8 and 0.92 <= inside / tried <= 0.985


def test_how_far_years_move_is_learnt_from_all_groups_and_chance_is_taken_out():
    rng = np.random.default_rng(3)
    still = [{y: (0.6 + rng.normal(0, 0.01), 0.01) for y in range(4)} for _ in range(40)]
    moving = [
        {y: (r + m, e) for (y, (r, e)), m in zip(g.items(), np.cumsum(rng.normal(0, 0.05, 4)), strict=True)}
        for g in still
    ]
    assert (usual_step(still, mean=False) or 0) < 0.05 < (usual_step(moving, mean=False) or 0)
    assert usual_step([{2025: (0.6, 0.01)}], mean=False) is None, "one year has moved nowhere"


def test_those_that_will_miss_the_target_stand_first_and_what_is_hidden_is_not_there():
    rows = [*group("english", [0.7] * 4), *group("spanish", [0.5] * 4), *group("korean", [0.6, 0.6, 0.6, None]),
            *group("unknown", [0.4] * 4), *group("k0917", [0.4] * 4, by="patient")]  # fmt: skip
    found = heading(S, rows)
    assert [(one.category, one.outlook) for one in found] == [("spanish", "off course"), ("english", "on course")]
    low, high = found[0].expected[1:]
    assert low < 0.5 < high < 0.65
    assert heading(replace(S, target=None), rows)[0].outlook is None


def test_an_open_year_is_no_ground_for_a_forecast():
    rows = [one | {"closed": False} for one in group("english", [0.7] * 4)]
    assert heading(S, rows) == [] and back_test(S, rows) == Tried(0, 0)


def test_earlier_years_are_tried_with_nothing_that_was_known_later():
    """A trap: a year that jumps is foretold from calm ones, and must not widen its own range."""
    calm = [*group("english", [0.70, 0.70, 0.70, 0.70]), *group("spanish", [0.60, 0.60, 0.60, 0.60])]
    jumps = [*group("english", [0.70, 0.70, 0.70, 0.40]), *group("spanish", [0.60, 0.60, 0.60, 0.60])]
    assert back_test(S, calm) == Tried(4, 4), "two groups, the years with two before them"
    assert back_test(S, jumps) == Tried(4, 3)
    assert heading(S, calm) and heading(S, jumps) == [], "now it is known that years jump, and how far nobody can tell"


def test_nothing_is_foretold_where_months_cannot_be_seen():
    blind = replace(figure(0.6, 1600), scatter=None)
    assert next_year(blind, 0.6, 0.01, 4000, 0.05) is None
    assert heading(replace(S, figure=blind), group("english", [0.7] * 4)) == []
    assert heading(replace(S, now=None), group("english", [0.7] * 4)) == []


def test_a_measure_whose_earlier_years_did_not_come_as_foretold_is_not_foretold():
    """A trap: whatever the range, a method that failed on this measure's own years is not believed of the next."""
    names = ["english", "spanish", "korean", "arabic", "somali", "nepali", "tagalog", "french"]
    calm = [r for n, name in enumerate(names) for r in group(name, [0.6 + n / 100] * 4)]
    jumps = [r for n, name in enumerate(names) for r in group(name, [0.6 + n / 100] * 3 + [0.3])]
    assert back_test(S, calm).holds and len(heading(S, calm)) == len(names)
    assert not back_test(S, jumps).holds and heading(S, jumps) == []


def test_a_range_that_is_half_of_all_there_is_is_not_given():
    """One year alone in which all groups moved far: how far the next moves, nobody can tell."""
    rows = [r for name in ("english", "spanish", "korean") for r in group(name, [0.3, 0.6])]
    assert heading(S, rows) == []


def test_a_year_that_moves_everyone_is_one_move_and_not_one_for_each():
    """A trap: eight groups that rise together look like eight moves, and the range came out as narrow as for these."""
    apart = [{0: (0.6, 0.01), 1: (0.6 + way * 0.05, 0.01)} for way in (-1, 1) * 4]
    together = [{0: (0.6, 0.01), 1: (0.65, 0.01)} for _ in range(8)]
    assert (usual_step(together, mean=False) or 0) > 3 * (usual_step(apart, mean=False) or 0) > 0.3


def test_a_leap_year_has_a_year_before_it():
    leap = [dt.date(2022, 2, 28), dt.date(2023, 2, 28), dt.date(2024, 2, 29)]
    rows = [one | {"period_end": end} for one, end in zip(group("english", [0.7] * 3), leap, strict=True)]
    others = [one | {"period_end": end} for one, end in zip(group("spanish", [0.6] * 3), leap, strict=True)]
    assert back_test(S, [*rows, *others]) == Tried(2, 2)
