"""A partner's own change: said of the one that changed, of no sister, and of nobody where months cannot be judged."""

import numpy as np
import pytest

from metrics.judging.indicator_facts import OwnChange
from metrics.judging.moved_months import figures
from metrics.judging.partner_changes import partner_changes
from metrics.statistics.contrast import MonthCounts
from pages.components.wording import outlier_words

WORSE, SAME = OwnChange("worse", 2), OwnChange(None, 2)
NAMES = {"alder": 0, "birch": 1, "cedar": 2}


def three(to: float | None = None, people: int = 130, seed: int = 1) -> MonthCounts:
    """Three hospitals' months at 14.3 %; in the last year the first one's rate is another."""
    rng = np.random.default_rng(seed)
    rate = np.full((3, 36), 0.143)
    if to:
        rate[0, 24:] = to
    n = np.full((3, 36), people)
    return MonthCounts(rng.binomial(n, rate).astype(float), n.astype(float))


def changed(counts: MonthCounts) -> dict[str, float]:
    (found,) = partner_changes([(figures([counts], [0.01])[0], NAMES)])
    return {name: one.difference for name, one in found.items() if one.passed}


def test_it_is_said_of_the_hospital_that_changed_and_of_no_sister():
    said = [changed(three(0.20, seed=seed)) for seed in range(20)]
    assert sum("alder" in one and one["alder"] > 0 for one in said) >= 17
    assert not any(set(one) - {"alder"} for one in said)


def test_where_nothing_changes_hardly_anything_is_said():
    assert sum(bool(changed(three(seed=seed))) for seed in range(60)) <= 3


def test_all_partners_of_all_figures_share_one_error():
    one, many = (
        partner_changes([(figure, NAMES) for figure in figures([three(0.168)] * number, [0.01] * number)])[0]["alder"]
        for number in (1, 30)
    )
    assert one.z == pytest.approx(many.z, rel=0.1)
    assert one.passed and not many.passed


def test_with_one_year_before_only_one_is_compared_and_said():
    counts = three(0.25).upto(36)
    short = MonthCounts(counts.count[:, 3:], counts.people[:, 3:])
    (found,) = partner_changes([(figures([short], [0.01])[0], NAMES)])
    assert found["alder"].passed and found["alder"].years == 1


def test_a_figure_that_cannot_be_judged_has_no_partner_that_can():
    hidden = three(0.3)
    hidden.count[:, 30], hidden.people[:, 30] = np.nan, np.nan
    assert partner_changes([(figures([hidden], [0.01])[0], NAMES)]) == [{}]


@pytest.mark.parametrize(
    ("found", "kind", "said"),
    [
        ({"a": WORSE, "b": SAME}, "performance", "A did worse than in the two years before."),
        ({"a": WORSE, "b": OwnChange("better", 2), "c": WORSE}, "performance",
         "A and C did worse than in the two years before. B did better than in the two years before."),
        ({"a": OwnChange("worse", 1), "b": SAME}, "performance", "A did worse than in the year before."),
        ({"a": SAME, "b": SAME}, "performance",
         "None of the 2 partners that can be judged changed by enough to tell."),
        ({}, "performance", "No partner can be judged by its own months: they are hidden, or too few."),
        ({}, "need", "This is a measure of need. What changes in it is not a partner's doing."),
    ],
)  # fmt: skip
def test_the_sentence(found, kind, said):
    assert outlier_words.own_changes(found, {"a": "A", "b": "B", "c": "C"}, kind) == said
