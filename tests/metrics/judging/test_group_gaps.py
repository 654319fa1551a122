"""Gaps between groups, from published rows: what is hidden bears on nothing, and every sentence has its rule."""

import pytest
from scipy.stats import norm

from metrics.judging.group_gaps import beside, widest
from metrics.judging.group_inequality import bounds, measures, standardized
from metrics.statistics.intervals import newcombe
from pages.components.wording import gap_words
from pages.components.wording.gap_words import Labels
from tests.pages.test_figure_sentences import row, situation

HIDDEN = {"suppressed": True}
S = situation((600, 1000), None)
RACE = Labels(S, "race_ethnicity")


def group(category, x, n, **more):
    return row(x, n, stratifier="race_ethnicity", category=category, **more)


NOW = [group("white", 684, 1000), group("black", 575, 1000), group("hispanic", 570, 900), group("asian", 9, 12, unreliable=True),
       group("other", None, None, **HIDDEN), group("unknown", 60, 100)]  # fmt: skip


def test_the_widest_gap_is_the_surest_one_and_small_groups_are_not_in_it():
    gap = widest(NOW, "higher")
    assert gap and (gap.ahead["category"], gap.behind["category"]) == ("white", "black")
    assert gap.pairs == 3, "of three reliable groups"
    assert gap.size == pytest.approx((0.109, *newcombe(684, 1000, 575, 1000, float(norm.ppf(1 - 0.025 / 3)))))


def test_where_lower_is_better_those_with_the_higher_rate_are_behind_and_the_gap_is_not_negative():
    gap = widest(NOW, "lower")
    assert gap and (gap.ahead["category"], gap.behind["category"]) == ("black", "white")
    assert gap.size[0] == pytest.approx(0.109)


def test_a_gap_between_two_tiny_groups_does_not_beat_a_sure_one():
    tiny = [group("white", 40, 50), group("black", 25, 50)]
    sure = [group("hispanic", 7000, 10000), group("asian", 5500, 10000)]
    gap = widest([*tiny, *sure], "higher")
    assert gap and (gap.ahead["category"], gap.behind["category"]) == ("hispanic", "asian")


def test_a_gap_that_one_figure_would_have_is_none_among_many_figures():
    rows = [group("white", 640, 1000), group("black", 590, 1000)]
    assert widest(rows, "higher") and widest(rows, "higher", figures=7) is None


def test_what_is_left_over_is_no_group():
    assert widest([group("white", 640, 1000), group("other", 400, 1000)], "higher") is None


def test_of_many_marks_none_is_colored_by_chance_alone():
    whole, row_ = group("all", 6000, 10000), group("white", 570, 1000)
    assert (
        beside(
            {**row_, **dict(zip(("rate", "low", "high"), (0.566, 0.535, 0.597), strict=True)), "numerator": 566},
            whole,
            "higher",
            1,
        )
        == "worse"
    )
    assert beside({**row_, "rate": 0.566, "numerator": 566}, whole, "higher", 20) == "alike"
    assert beside(group("black", None, None, **HIDDEN), whole, "higher", 20) == "unknown"


def test_groups_that_chance_could_let_differ_have_no_gap():
    assert widest([group("white", 60, 100), group("black", 55, 100)], "higher") is None
    assert widest([group("white", 60, 100)], "higher") is None
    assert widest([group("white", 60, 100), group("unknown", 5, 100)], "higher") is None, "the unknown are no group"


AGES = [row(0, 300, stratifier="age_band", category="18-39"), row(0, 700, stratifier="age_band", category="75+"),
        row(0, 20, stratifier="age_band", category="not_reported")]  # fmt: skip


def cell(group_name, band, x, n, **more):
    return row(x, n, stratifier="race_ethnicity*age_band", category=f"{group_name}*{band}", **more)


def test_same_ages_weigh_each_groups_rates_by_the_ages_of_all():
    cells = [cell("white", "18-39", 40, 100), cell("white", "75+", 30, 50), cell("white", "not_reported", 5, 9)]
    (found,) = standardized([group("white", 75, 159)], cells, AGES)
    assert found.rate and found.rate[0] == pytest.approx(0.3 * 0.4 + 0.7 * 0.6)
    assert 0 <= found.rate[1] < found.rate[0] < found.rate[2] <= 1


@pytest.mark.parametrize(
    ("cells", "hidden", "empty"),
    [
        ([cell("white", "18-39", 40, 100), cell("white", "75+", None, None, **HIDDEN)], ("75+",), ()),
        ([cell("white", "18-39", 40, 100)], (), ("75+",)),
        ([cell("white", "18-39", 3, 100), cell("white", "75+", 4, 50)], (), ()),
    ],
    ids=["hidden", "nobody of that age", "fewer than ten cases"],
)
def test_a_group_without_a_rate_for_the_same_ages_says_why(cells, hidden, empty):
    (found,) = standardized([group("white", 40, 150)], cells, AGES)
    assert found.rate is None and (found.hidden, found.empty) == (hidden, empty)
    assert gap_words.not_aged(RACE, [found])[0].startswith("Not shown for White: ")


def test_a_hidden_age_of_all_leaves_no_standard():
    hidden = [AGES[0], row(None, None, stratifier="age_band", category="75+", **HIDDEN)]
    assert standardized([group("white", 40, 150)], [cell("white", "18-39", 40, 100)], hidden) == []


def test_bounds_of_the_gap_in_the_sense_of_the_indicator():
    rows = [group("white", 700, 1000), group("black", 500, 1000), group("unknown", 30, 50)]
    whole = row(1230, 2050)
    for better in ("higher", "lower"):
        found = bounds(rows, whole, widest(rows, better), better)
        assert found and found.share == 50 / 2050
        assert found.gap == pytest.approx((700 / 1020 - 530 / 1030, 730 / 1030 - 500 / 1020))
    assert found and found.rates["black"] == pytest.approx((500 / 1020, 530 / 1030))


def test_bounds_need_the_unknown_and_someone_unknown():
    whole = row(1200, 2000)
    assert bounds([group("white", 700, 1000)], whole, None, "higher") is None
    assert bounds([group("white", 700, 1000), group("unknown", None, None, **HIDDEN)], whole, None, "higher") is None


def test_measures_leave_the_unknown_and_the_hidden_out_and_count_the_hidden():
    found = measures(NOW, "race_ethnicity", "higher")
    assert found and (found.groups, found.hidden) == (4, 1) and found.slope is None
    assert measures([NOW[0], NOW[4], NOW[5]], "race_ethnicity", "higher") is None


def test_only_groups_with_an_order_and_none_hidden_have_a_slope():
    ages = [row(x, 100, stratifier="age_band", category=c) for c, x in (("75+", 60), ("18-39", 40), ("40-64", 50))]
    found = measures(ages, "age_band", "higher")
    assert found and found.slope and found.slope.sii[0] == pytest.approx(0.3)
    one_hidden = [*ages, row(None, None, stratifier="age_band", category="65-74", **HIDDEN)]
    assert (hidden := measures(one_hidden, "age_band", "higher")) and hidden.slope is None


def test_means_have_gaps_and_measures_but_no_cases():
    def mean(category, value, half):
        return {**group(category, None, 400), "rate": value, "low": value - half, "high": value + half}

    rows = [mean("white", 130.0, 1.0), mean("black", 136.0, 1.5), mean("unknown", 131.0, 3.0)]
    gap = widest(rows, "lower")
    assert gap and gap.ahead["category"] == "white" and gap.size[0] == pytest.approx(6)
    assert bounds(rows, {**rows[0], "denominator": 900}, gap, "lower") is None
    assert standardized(rows, [], AGES) == []
    assert measures(rows, "race_ethnicity", "lower")


@pytest.mark.parametrize(
    ("white", "black", "explains"),
    [((0.68), (0.58), "hardly any"), ((0.66), (0.59), "some"), ((0.64), (0.61), "most"), ((0.70), (0.55), "none")],
)
def test_what_age_explains_in_words(white, black, explains):
    from metrics.judging.group_inequality import AgeStandardized

    gap = widest(NOW, "higher")
    found = [AgeStandardized(NOW[0], (white, 0.1, 0.9)), AgeStandardized(NOW[1], (black, 0.1, 0.9))]
    assert f"Age explains {explains} of the gap" in gap_words.aged(RACE, gap, found)


def test_an_order_that_age_turns_round_is_said():
    from metrics.judging.group_inequality import AgeStandardized

    found = [AgeStandardized(NOW[0], (0.5, 0.1, 0.9)), AgeStandardized(NOW[1], (0.6, 0.1, 0.9))]
    assert "the other way round" in gap_words.aged(RACE, widest(NOW, "higher"), found)
