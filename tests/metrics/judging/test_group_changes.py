"""Gaps and groups beside the years before: who is compared is settled beforehand, and noise is called no course."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from metrics.judging.group_changes import Grouping, groupings, judged
from metrics.judging.group_gaps import pooled, widest
from metrics.judging.group_inequality import AgeStandardized
from pages.components.meeting import row_words
from pages.components.wording import gap_words
from pages.components.wording.gap_words import Labels
from schemas.policy.gap_pair import GapPair
from schemas.policy.partnership import Partnership
from tests.pages.test_figure_sentences import END, months_of, row, situation

S = situation((600, 1000), None)
RACE = Labels(S, "race_ethnicity")
ENDS = [END, dt.date(2025, 6, 30), dt.date(2024, 6, 30)]


def year(back=0, **groups):
    return [
        row(x, n, stratifier="race_ethnicity", category=name, period_end=ENDS[back]) for name, (x, n) in groups.items()
    ]


def one(now, *before, better="higher", named=None, indicator="bp_control"):
    whole = row(sum(r["numerator"] for r in now), sum(r["denominator"] for r in now))
    return Grouping(indicator, "race_ethnicity", better, whole, now, pooled(before), len(before), months_of(9), named)


def course(*years, **more):
    (found,) = judged([one(*years, **more)])
    return found.gap.course if found.gap else None


WIDE = {"white": (7000, 10000), "black": (5800, 10000)}


def test_a_success_is_told_though_the_gap_is_small_now():
    """70/60/58 that becomes 70/68.5/68.5: by its gap now another pair, or none, would be looked at."""
    before = {"white": (7000, 10000), "hispanic": (3000, 5000), "black": (2900, 5000)}
    now = {"white": (7000, 10000), "hispanic": (3425, 5000), "black": (3425, 5000)}
    (found,) = judged([one(year(**now), year(1, **before), year(2, **before))])
    assert found.gap and found.gap.found == "before"
    assert {found.gap.gap.ahead["category"], found.gap.gap.behind["category"]} == {"white", "black"}
    assert found.gap.course == "narrowed"
    said = {g.row["category"]: g.way for g in found.groups}
    assert said == {"white": None, "hispanic": "better", "black": "better"}


@pytest.mark.parametrize(
    ("now", "word"),
    [
        ({"white": (7000, 10000), "black": (5790, 10000)}, "no change"),
        ({"white": (7000, 10000), "black": (5500, 10000)}, "widened"),
        ({"white": (7000, 10000), "black": (6300, 10000)}, "narrowed"),
        ({"white": (70000, 100000), "black": (68500, 100000)}, "nearly closed"),
        ({"white": (70000, 100000), "black": (67200, 100000)}, "narrowed"),  # 3.2 points may be left
        ({"white": (6500, 10000), "black": (7000, 10000)}, "turned"),
    ],
)
def test_the_course_has_one_word(now, word):
    assert course(year(**now), year(1, **WIDE), year(2, **WIDE)) == word


@pytest.mark.parametrize(
    ("black", "grown", "word"),
    [(10417, False, "widened"), (10417, True, "no change"), (8000, True, "widened"), (15000, True, "narrowed")],
)
def test_partners_that_grow_move_no_gap_in_points(black, grown, word):
    """10 and 6 % that become 16.8 and 10.4 %: the same odds, and another level because another partner grew."""
    before = {"white": (10000, 100000), "black": (6000, 100000)}
    now = {"white": (16838, 100000), "black": (black, 100000)}
    those = one(year(**now), year(1, **before), year(2, **before))
    (found,) = judged([replace(those, figure=replace(those.figure, mixed=grown))])
    assert found.gap and found.gap.course == word


def test_where_lower_is_better_the_same_words_hold():
    low = {"white": (1200, 10000), "black": (1900, 10000)}
    now = {"white": (1200, 10000), "black": (1500, 10000)}
    assert course(year(**now), year(1, **low), year(2, **low), better="lower") == "narrowed"
    assert course(year(**low), year(1, **now), year(2, **now), better="lower") == "widened"


def test_two_groups_picked_by_their_gap_now_have_no_course():
    alike = {"white": (6000, 10000), "black": (6000, 10000)}
    (found,) = judged([one(year(**WIDE), year(1, **alike), year(2, **alike))])
    assert found.gap and (found.gap.found, found.gap.course) == ("now", None)
    assert gap_words.width(RACE, found).endswith(
        "Whether it moved cannot be told, as no two groups differed beyond chance in the two years before."
    )


@pytest.mark.parametrize(
    ("white", "said"),
    [(0.70, "would be just as far apart: 12.0 points."),
     (0.66, "would be 8.0 points apart, not 12.0 points. Age explains some of the gap.")],
)  # fmt: skip
def test_a_gap_that_ages_leave_as_it_is_is_not_said_twice(white, said):
    rows = year(**WIDE)
    rates = {"white": (white, white, white), "black": (0.58, 0.58, 0.58)}
    found = [AgeStandardized(r, rates[r["category"]]) for r in rows]
    assert gap_words.aged(RACE, widest(rows, "higher"), found).endswith(said)


def test_a_named_pair_is_followed_from_where_it_was_alike():
    alike = {"white": (6000, 10000), "black": (6000, 10000), "asian": (9000, 10000)}
    apart = {**alike, "black": (5000, 10000)}
    assert course(year(**apart), year(1, **alike), year(2, **alike), named=("white", "black")) == "widened"


def test_a_named_pair_of_which_one_is_hidden_is_not_replaced_by_another():
    now = [*year(**WIDE), row(None, None, stratifier="race_ethnicity", category="asian", suppressed=True)]
    (found,) = judged([replace(one(year(**WIDE), year(1, **WIDE)), now=now, named=("white", "asian"))])
    assert found.gap is None
    assert "One of them is hidden or has nobody" in gap_words.width(RACE, found)
    assert gap_words.headline(S, RACE, found).endswith("the gap that the partnership follows cannot be shown")


def test_a_group_hidden_in_one_of_the_years_before_is_compared_with_neither():
    hidden = [row(None, None, stratifier="race_ethnicity", category="black", suppressed=True)]
    assert [r["category"] for r in pooled([year(1, **WIDE), [*year(2, white=(1, 2)), *hidden]])] == ["white"]
    (found,) = judged([one(year(**WIDE), year(1, **WIDE), [*year(2, white=(7000, 10000)), *hidden])])
    assert found.gap and found.gap.course is None and [g.row["category"] for g in found.groups] == ["white"]


def test_means_are_pooled_by_their_people():
    def mean(value, half, n):
        return {**row(None, n, category="white"), "rate": value, "low": value - half, "high": value + half}

    (together,) = pooled([[mean(130.0, 1.0, 300)], [mean(136.0, 1.0, 100)]])
    assert together["rate"] == pytest.approx(131.5) and together["denominator"] == 400
    error = (together["high"] - together["low"]) / 2 / 1.966
    assert error == pytest.approx(np.hypot(300 / 1.968, 100 / 1.984) / 400, rel=1e-3)


def test_noise_is_called_neither_a_course_nor_a_change():
    """Seven figures of seven groups with true gaps that stay: 300 scorecards, of which 1.5 % may be wrong."""
    chance, wrong, groups_wrong = np.random.default_rng(5), 0, 0
    sizes, rates = (3000, 2000, 1200, 800, 400, 200, 100), (0.7, 0.6, 0.65, 0.58, 0.62, 0.66, 0.5)

    def drawn(back):
        return year(
            back,
            **{f"g{k}": (int(chance.binomial(n, p)), n) for k, (n, p) in enumerate(zip(sizes, rates, strict=True))},
        )

    for _ in range(300):
        found = judged([one(drawn(0), drawn(1), drawn(2), indicator=f"figure_{k}") for k in range(7)])
        wrong += any(g.gap and g.gap.course not in (None, "no change") for g in found)
        groups_wrong += any(each.way for g in found for each in g.groups)
    assert wrong <= 9 and groups_wrong <= 9


def test_the_main_gap_of_a_measure_is_the_named_one_else_the_surest():
    many, few = (
        one(year(**WIDE), year(1, **WIDE)),
        one(year(white=(70, 100), black=(50, 100)), year(1, white=(70, 100), black=(50, 100))),
    )
    few = replace(few, stratifier="language")
    assert [g.main for g in judged([few, many])] == [False, True]
    named = replace(few, named=("white", "black"))
    assert [g.main for g in judged([named, many])] == [True, False]
    assert not judged([replace(many, stratifier="age_band")])[0].main, "that age matters is no news"


def test_the_gap_that_closed_most_stays_the_main_one_though_another_is_wider_now():
    closed = one(year(white=(7000, 10000), black=(6900, 10000)), year(1, **WIDE), year(2, **WIDE))
    open_still = {"white": (7000, 10000), "black": (6500, 10000)}
    other = replace(one(year(**open_still), year(1, **open_still), year(2, **open_still)), stratifier="language")
    assert [(g.main, g.gap and g.gap.course) for g in judged([other, closed])] == [
        (False, "no change"), (True, "nearly closed"),
    ]  # fmt: skip


def test_the_years_of_a_release_are_taken_up_to_the_first_that_is_missing():
    rows = [*year(**WIDE), *year(1, **WIDE), *[{**r, "stratifier": "sex"} for r in [*year(**WIDE), *year(2, **WIDE)]]]
    found = groupings(
        [S],
        pl.DataFrame(rows),
        Partnership(gaps=(GapPair(indicator="bp_control", by="sex", groups=("female", "male")),)),
    )
    assert {g.stratifier: g.years for g in found} == {"race_ethnicity": 1, "sex": 0}
    assert {g.stratifier: g.named for g in found} == {"race_ethnicity": None, "sex": ("female", "male")}


@pytest.mark.parametrize(
    ("pair", "fault"),
    [
        ({"by": "colour", "groups": ("a", "b")}, "no grouping is called 'colour'"),
        ({"by": "sex", "groups": ("female", "female")}, "two different groups"),
    ],
)
def test_a_pair_that_does_not_exist_is_an_error_that_says_what_does(pair, fault):
    with pytest.raises(ValueError, match=fault):
        GapPair(indicator="bp_control", **pair)
    twice = (GapPair(indicator="bp_control", by="zip", groups=("1", "2")),) * 2
    with pytest.raises(ValueError, match="same measure and grouping"):
        Partnership(gaps=twice)


def said(now, *before):
    (found,) = judged([one(now, *before)])
    return gap_words.headline(S, RACE, found), gap_words.width(RACE, found), gap_words.everyone(RACE, found), found


def test_a_widening_gap_in_words():
    now, before = {"white": (7200, 10000), "black": (5300, 10000)}, WIDE
    title, width, everyone, found = said(year(**now), year(1, **before), year(2, **before))
    assert title == (
        "Blood pressure under control by race and ethnicity: the gap between White and Black or African American widened "
        "to 19.0 points"
    )
    assert width == (
        "In the two years before, White and Black or African American lay furthest apart. The gap is 19.0 points (95% range "
        "17.7 to 20.3) now, and was 12.0 points in the two years before. It widened (95% range of the change +5.4 to +8.6 "
        "points)."
    )
    assert everyone == (
        "Not everyone improved: Black or African American got worse. The other one did not change by enough to tell."
    )
    assert found.gap and row_words.gap(S, "race_ethnicity", found.gap) == (
        "19.0 points", "Black or African American 53.0%,", "White 72.0%",
    )  # fmt: skip
    assert row_words.course(S, found.gap) == ("▲", "worse", "widened from 12.0")


def test_groups_that_changed_places_in_words():
    title, width, *_ = said(year(white=(6500, 10000), black=(7000, 10000)), year(1, **WIDE))
    assert title.endswith("White was ahead and now lies 5.0 points behind Black or African American")
    assert "was 12.0 points the other way round in the year before. The two have changed places." in width


def test_a_gap_that_closed_and_seems_to_have_crossed_keeps_its_order_in_words():
    title, width, *_ = said(year(white=(5950, 10000), black=(6000, 10000)), year(1, **WIDE), year(2, **WIDE))
    assert title.endswith("the gap between White and Black or African American has nearly closed, at 0.5 points")
    assert "In the two years before, White and Black or African American lay furthest apart." in width
    assert "0.5 points (95% range −0.9 to 1.9) the other way round now, and was 12.0 points" in width
    assert "(95% range of the change −14.1 to −10.9 points)" in width


def test_no_gap_in_words():
    title, width, *_ = said(year(white=(60, 100), black=(55, 100)), year(1, white=(60, 100), black=(55, 100)))
    assert title == "Blood pressure under control by race and ethnicity: no two groups differ beyond chance"
    assert width == "No two groups differ beyond chance."
    none = judged([one(year(white=(60, 100)), year(1, white=(60, 100)))])[0]
    assert gap_words.headline(S, RACE, none, 3).endswith(
        "no two of the groups shown differ beyond chance. 3 groups are hidden"
    )


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ([0.50, 0.40], "Everyone improved: all 2 groups that can be compared."),
        ([0.68, 0.58], "Whether everyone improved cannot be told: none of the 2 groups changed by enough to tell."),
        ([0.50, 0.58], "We cannot be sure that everyone improved: White improved. The other one did not change by enough to tell."),
        ([0.50, 0.70], "Not everyone improved: White improved, Black or African American got worse."),
        ([], "Whether everyone improved cannot be told: no group is shown both now and before."),
    ],
)  # fmt: skip
def test_whether_everyone_improved_in_words(before, words):
    then = year(1, **{name: (int(p * 10000), 10000) for name, p in zip(("white", "black"), before, strict=False)})
    assert said(year(white=(6800, 10000), black=(5800, 10000)), *([then] if then else []))[2] == words
