"""Gaps between groups, from published rows: what is hidden bears on nothing, and every sentence has its rule."""

import datetime as dt

import numpy as np
import pytest
from scipy.stats import norm

from metrics.judging.group_gaps import changes, closing, widest
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
THEN = [group("white", 640, 1000), group("black", 636, 1000), group("hispanic", 500, 900), group("unknown", 50, 100)]
THEN = [{**r, "period_end": dt.date(2025, 6, 30)} for r in THEN]


def test_the_widest_gap_is_the_surest_one_and_small_groups_are_not_in_it():
    gap = widest(NOW, "higher")
    assert gap and (gap.ahead["category"], gap.behind["category"]) == ("white", "black")
    assert gap.pairs == 3, "of three reliable groups"
    assert gap.size == pytest.approx((0.109, *newcombe(684, 1000, 575, 1000, float(norm.ppf(1 - 0.025 / 3)))))


def test_where_lower_is_better_those_with_the_higher_rate_are_behind_and_the_gap_is_not_negative():
    gap = widest(NOW, "lower")
    assert gap and (gap.ahead["category"], gap.behind["category"]) == ("black", "white")
    assert gap.size[0] == pytest.approx(0.109)


def test_groups_that_chance_could_let_differ_have_no_gap():
    assert widest([group("white", 60, 100), group("black", 55, 100)], "higher") is None
    assert widest([group("white", 60, 100)], "higher") is None
    assert widest([group("white", 60, 100), group("unknown", 5, 100)], "higher") is None, "the unknown are no group"


def test_the_course_of_a_gap_follows_the_same_two_groups():
    gap = widest(NOW, "higher")
    assert gap
    found = closing(gap, THEN, "higher")
    assert found and found.change[0] == pytest.approx(0.109 - 0.004)
    assert found.course == "widening"
    back = closing(widest(THEN, "higher") or gap, NOW, "higher")
    assert back and back.course in ("closing", "no change")


def test_a_gap_that_halves_is_closing_and_a_hair_less_is_no_change():
    now = widest([group("white", 6500, 10000), group("black", 6000, 10000)], "higher")
    assert now
    wide = closing(now, [group("white", 6500, 10000), group("black", 5500, 10000)], "higher")
    same = closing(now, [group("white", 6500, 10000), group("black", 5990, 10000)], "higher")
    assert wide and wide.course == "closing" and same and same.course == "no change"


def test_noise_is_called_neither_a_gap_nor_a_widening_one():
    """The two furthest apart of seven alike groups: compared as one pair they differ in two of five years."""
    chance, gaps_found, moved, as_one_pair = np.random.default_rng(5), 0, 0, 0
    sizes = (3000, 2000, 1200, 800, 400, 200, 100)
    for _ in range(300):
        now, then = ([group(f"g{n}", int(chance.binomial(n, 0.6)), n) for n in sizes] for _ in range(2))
        as_one_pair += widest(now, "higher", pairs=1) is not None
        if gap := widest(now, "higher"):
            gaps_found += 1
            course = closing(gap, then, "higher")
            moved += bool(course and course.course != "no change")
    assert as_one_pair >= 100, "the trap is none"
    assert gaps_found <= 24 and moved <= 15


def test_groups_that_have_changed_places_are_no_widening_gap():
    gap = widest([group("white", 1260, 2000), group("black", 1100, 2000)], "higher")
    assert gap
    found = closing(gap, [group("white", 1100, 2000), group("black", 1300, 2000)], "higher")
    assert found and found.course == "turned"
    assert "10.0 points the other way round. The two have changed places" in gap_words.width(RACE, gap, found)
    assert gap_words.headline(S, RACE, gap, found).endswith(
        "Black or African American was ahead and now lies 8.0 points behind White"
    )


def test_a_group_hidden_before_leaves_no_course():
    gap = widest(NOW, "higher")
    hidden = [THEN[0], group("black", None, None, **HIDDEN)]
    assert gap and closing(gap, hidden, "higher") is None


def test_each_group_is_compared_with_itself():
    found = {r["category"]: c.verdict for r, _, c in changes(NOW, THEN, "higher")}
    assert found == {"white": "better", "black": "worse", "hispanic": "better"}


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


def said(now, then):
    gap = widest(now, "higher")
    course = closing(gap, then, "higher") if gap else None
    return (
        gap_words.headline(S, RACE, gap, course),
        gap_words.width(RACE, gap, course),
        gap_words.everyone(RACE, changes(now, then, "higher")),
    )


def test_a_widening_gap_in_words():
    title, width, everyone = said(NOW, THEN)
    assert (
        title
        == "Blood pressure under control by race and ethnicity: the gap between White and Black or African American has widened to 10.9 points"
    )
    assert width == (
        "The widest gap beyond chance is between White and Black or African American: 10.9 points (95% range 5.7 to "
        "16.0). The range allows for the 3 pairs compared. In the year to Jun 2025 it was 0.4 points. It has widened (95% "
        "range of the change +3.2 to +17.7 points)."
    )
    assert (
        everyone == "Not everyone improves: White and Hispanic or Latino improved, Black or African American got worse."
    )


def test_no_gap_in_words():
    title, width, _ = said([group("white", 60, 100), group("black", 55, 100)], THEN)
    assert title == "Blood pressure under control by race and ethnicity: no two groups differ beyond chance"
    assert gap_words.headline(S, RACE, None, None, 3).endswith(
        "no two of the groups shown differ beyond chance. 3 groups are hidden"
    )
    assert width == "No two groups differ beyond chance."


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ([(500, 1000), (400, 1000)], "Everyone improves: all 2 groups that can be compared."),
        (
            [(684, 1000), (575, 1000)],
            "We cannot tell whether everyone improves: none of the 2 groups changed beyond chance.",
        ),
        (
            [(500, 1000), (575, 1000)],
            "We cannot be sure that everyone improves: White improved. The other one did not change beyond chance.",
        ),
        ([(500, 1000), (700, 1000)], "Not everyone improves: White improved, Black or African American got worse."),
        ([], "We cannot tell whether everyone improves: no group is shown in both years."),
    ],
)
def test_whether_everyone_improves_in_words(before, words):
    then = [group(c, *counts) for c, counts in zip(("white", "black"), before, strict=False)]
    assert gap_words.everyone(RACE, changes(NOW[:2], then, "higher")) == words


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
