"""Every sentence on impact: short, true of its facts, and never an effect where there is no comparison."""

import datetime as dt

import pytest

from metrics.acting.arms import Action
from metrics.acting.beside_others import Course
from metrics.acting.impact import Impact, Placebo
from metrics.indicators import indicators
from pages.components.wording.evaluating import impact_words

ABOUT = indicators()["bp_control"]
ACTION = Action("bp_control", dt.date(2025, 4, 1), ("a",))
UP = (0.045, 0.017, 0.067)


def said(**more: object) -> Impact:
    given = {"method": "month", "verdict": "changed", "taking": ("a",), "beside": ("b", "c"), "before": 21, "after": 15,
             "found": UP, "levels": (0.601, 0.659, 0.626, 0.637)}  # fmt: skip
    return Impact(ACTION, **{**given, **more})  # type: ignore[arg-type]


def words(one: Impact) -> str:
    return " ".join([impact_words.headline(one, ABOUT), *impact_words.lines(one, ABOUT, {"a": "Alder"}),
                     *impact_words.assumption(one), impact_words.course(one)])  # fmt: skip


def test_a_change_is_said_with_its_range_its_periods_and_that_one_partner_is_few():
    text = words(said())
    assert "4.5 points higher than if it had moved like the others" in text and "between +1.7 and +6.7 points" in text
    assert "21 months before the start and 15 months after it." in text and "That is an improvement." in text
    assert "Only one partner took part" in text


@pytest.mark.parametrize("why", ["nobody beside", "apart before"])
def test_without_a_comparison_no_effect_is_named(why):
    text = words(said(verdict="no comparison", why=why, levels=None))
    assert "no comparison, so no effect can be told" in text and "comes down anyway" in text
    assert "improvement" not in text and "like the others" not in text


def test_no_detectable_change_is_said_in_these_words():
    text = words(said(verdict="no detectable change", found=(0.01, -0.02, 0.04)))
    assert text.startswith("Blood pressure under control: no detectable change") and "improvement" not in text


def test_need_is_never_better_or_worse():
    need = indicators()["food_insecurity"]
    assert not any("improvement" in line or "worse" in line for line in impact_words.found(said(), need))


def test_who_is_left_out_is_named_with_the_reason():
    assert "A period is hidden, so not compared: Alder." in words(said(verdict="not enough data", left={"a": "hidden"}))


def test_a_turn_is_said_only_where_it_is_beyond_chance_and_within_the_months():
    turned = Course((595.0, 300.0, 800.0), (-85.0, -110.0, -60.0), (8.0, 7.2, 9.1))
    assert "turned about 8 months after the start, very probably between 7 and 9" in words(said(course=turned))
    vague = Course((595.0, -10.0, 800.0), (-85.0, -110.0, -60.0), (8.0, 1.0, 9.1))
    assert impact_words.course(said(course=vague)) == "" and impact_words.course(said(course=turned, after=6)) == ""


def test_a_change_where_nothing_began_is_said():
    found = Placebo("2024-04-01", UP, True), Placebo("systolic_diabetes", UP, False)
    titles = {name: one.title for name, one in indicators().items()}
    assert impact_words.placebos((found[0],), [found[1]], titles) == [
        impact_words.SAID["dates found"], impact_words.SAID["measures fine"],
    ]  # fmt: skip
    rows = impact_words.placebo_rows((found[0],), [found[1]], ABOUT, indicators())
    assert [row[0] for row in rows] == ["A start in Apr 2024", indicators()["systolic_diabetes"].title]
