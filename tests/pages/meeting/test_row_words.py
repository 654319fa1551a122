"""A row says what is judged, and in the order of the rule."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from metrics.indicators import indicators
from metrics.judging.group_changes import JudgedGap
from metrics.judging.group_gaps import Gap
from metrics.judging.indicator_facts import OwnChange, Situation
from metrics.judging.outliers import Judging
from metrics.judging.peer_comparison import Comparison, Reported, comparisons
from metrics.judging.target_met import Forecast, Met, TargetTest
from metrics.results.coverage import Coverage
from pages.components.meeting import agenda, row_words, year_line
from pages.components.meeting.agenda import Measure
from pages.components.sections.group_intervals import Widest
from schemas.policy.partner_naming import Peers
from tests.pages.test_figure_sentences import row, situation

ALL_IN = Coverage(("a", "b"), (), (), 1.0)
NOBODY = Comparison({}, ())


def judged(s: Situation, **facts: Any) -> Situation:
    return replace(s, facts=replace(s.facts, why_not="", **facts))


def plain(**facts: Any) -> Situation:
    return judged(situation((600, 1000), (560, 1000)), **facts)


def stands(met: Met, forecast: Forecast | None = None, beyond: float = -0.05) -> dict[str, Any]:
    return {"target": 0.65, "tested": TargetTest(beyond, met, forecast)}


def widened(s: Situation) -> Widest:
    pair = Gap(row(70, 100, category="white"), row(50, 100, category="black"), (0.2, 0.1, 0.3))
    return Widest(s, "race_ethnicity", JudgedGap(pair, "before", (0.1, 0.05, 0.15), (0.1, 0.05, 0.15), "widened"))


def test_the_agenda_takes_what_got_worse_then_what_is_late_then_the_rest():
    rest = Measure(plain(), None, NOBODY, ALL_IN)
    waits = Measure(plain(), None, NOBODY, replace(ALL_IN, late=("c",)))
    gap = Measure(plain(), widened(plain()), NOBODY, ALL_IN)
    off = Measure(plain(**stands("clearly missed", "off course")), None, NOBODY, ALL_IN)
    past = Measure(plain(**stands("missed"), target_by=dt.date(2026, 3, 31)), None, NOBODY, ALL_IN)
    warned = Measure(plain(warned="worse"), None, NOBODY, ALL_IN)
    worse = Measure(plain(changed="worse"), None, NOBODY, ALL_IN)
    assert agenda.in_order([rest, waits, gap, off, past, warned, worse]) == [worse, warned, off, past, gap, waits, rest]


def test_what_nobody_answers_for_comes_before_the_rest_and_after_what_is_late():
    owned = Measure(plain(), None, NOBODY, ALL_IN, owner="Dana")
    nobodys = Measure(plain(), None, NOBODY, ALL_IN)
    late = Measure(plain(), None, NOBODY, replace(ALL_IN, late=("c",)), owner="Dana")
    assert agenda.in_order([owned, nobodys, late]) == [late, nobodys, owned]


@pytest.mark.parametrize(
    "quiet",
    [
        plain(changed="better"),
        plain(warned="better"),
        plain(**stands("met", None, 0.01), target_by=dt.date(2026, 3, 31)),
        plain(**stands("clearly missed", "open")),
    ],
)
def test_what_is_neither_worse_nor_late_keeps_its_place(quiet):
    """A target that is met is not late, though its day is past."""
    first, second = Measure(plain(), None, NOBODY, ALL_IN), Measure(quiet, None, NOBODY, ALL_IN)
    assert agenda.in_order([first, second]) == [first, second]


def test_how_far_it_moved_and_since_when_only_where_a_verdict_stands():
    since = dt.date(2025, 8, 31)
    assert row_words.moved(plain(changed="better", since=since)) == ("+4.0 points", "since about Aug 2025")
    assert row_words.moved(plain(changed="better")) == ("+4.0 points", "")
    assert row_words.moved(plain(changed="better", two_years=True)) == ("+4.0 points;", "beyond chance over two years")
    hidden = replace(plain(), facts=replace(plain().facts, why_not="hidden", since=since))
    assert row_words.moved(hidden) == ("months are hidden", "")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            stands("clearly missed", "off course"),
            ("65.0%", "5.0 points short", "off course, next year"),
        ),
        (
            stands("missed", "open") | {"target_by": dt.date(2027, 12, 31)},
            ("65.0% by Dec 2027", "5.0 points short, within chance", "uncertain"),
        ),
        (
            stands("clearly met", "on course", 0.05) | {"target_by": dt.date(2027, 12, 31)},
            ("65.0% by Dec 2027", "clearly met", "on course"),
        ),
        (
            stands("clearly missed", "open") | {"target_by": dt.date(2025, 12, 31)},
            ("65.0% by Dec 2025", "5.0 points short", "the day is past"),
        ),
        ({"target": 0.65, "tested": None}, ("65.0%", "cannot be told", "")),
    ],
)
def test_the_target_with_its_day_and_what_its_course_suggests(facts, said):
    assert row_words.goal(replace(plain(**facts), target=0.65)) == said


def test_without_a_target_nothing_is_said_of_one():
    assert row_words.goal(plain()) == ("", "", "")


def compared(name: str, *counts: int) -> tuple[Situation, Comparison]:
    one = indicators()[name]
    rows = {f"p{n}": row(x, 1000, scope=f"p{n}", indicator=name) for n, x in enumerate(counts)}
    how = Judging(one.better, one.kind, 0.01)
    found = comparisons({name: Reported(rows, how)}, [Peers(frozenset(rows), "clinic")])
    return situation((600, 1000), None, name), found[name]


NAMES = {f"p{n}": f"Clinic {n}" for n in range(4)}


def test_the_partner_to_talk_to_is_the_one_furthest_behind_its_kind():
    assert row_words.partner(*compared("bp_control", 700, 700, 500, 400), NAMES, NAMES) == (
        "Clinic 3", "worse than other clinics (+1)",
    )  # fmt: skip


def test_a_partner_that_only_may_differ_is_not_named():
    s, found = compared("bp_control", 600, 605, 545)
    assert "perhaps worse" in found.funnels[0].stands, "the trap is not there"
    assert row_words.partner(s, found, NAMES, NAMES) == ("", "Nobody beyond chance")


def test_of_need_no_partner_is_named():
    s, found = compared("food_insecurity", 200, 200, 500)
    assert "higher" in found.funnels[0].stands, "the trap is not there"
    assert row_words.partner(s, found, NAMES, NAMES) == ("", "Need, not performance")


def test_a_partner_that_did_worse_than_itself_before():
    alike, found = compared("bp_control", 600, 605, 600)
    s = replace(
        alike, own_changes={"p0": OwnChange("better", 2), "p1": OwnChange("worse", 2), "p2": OwnChange(None, 2)}
    )
    said = row_words.partner(s, found, {}, NAMES)
    assert said == ("Clinic 1", "worse than in the two years before")
    assert row_words.partner(alike, found, {}, NAMES) == ("", "Nobody beyond chance")


def test_a_gap_says_who_is_behind_and_from_what_it_widened():
    gap = widened(plain()).judged
    assert row_words.gap(plain(), "race_ethnicity", gap) == (
        "20.0 points", "Black or African American 50.0%,", "White 70.0%",
    )  # fmt: skip
    assert row_words.gap(plain(), "race_ethnicity", gap, followed=True)[1].startswith("followed: "), "not the widest"
    assert row_words.course(plain(), gap) == ("▲", "worse", "widened from 10.0")
    assert row_words.course(plain(), replace(gap, course="narrowed"))[:2] == ("▼", "better")
    assert row_words.course(plain(), replace(gap, course=None)) == ("", "usual", "no earlier figure")
    # The trap: there are earlier figures, in which no two groups differed beyond chance.
    assert row_words.course(plain(), replace(gap, found="now", course=None))[2] == "course cannot be told"


def test_a_gap_that_is_followed_and_hidden_is_not_called_none():
    assert row_words.no_gap(plain(), followed=True) == "The gap followed is hidden"
    assert row_words.no_gap(plain(), followed=False) == "None beyond chance"
    assert row_words.no_gap(plain(shown="hidden"), followed=False) == "Not known"


def test_the_line_is_of_rolling_years_by_quarter_with_its_target_in_view():
    ends = [dt.date(2024 + n // 4, 3 * (n % 4) + 3, (31, 30, 30, 31)[n % 4]) for n in range(10)]
    years = [row(500 + 10 * n, 1000, period_end=end) for n, end in enumerate(ends)]
    s = replace(situation((590, 1000), None, target=0.9), now=years[-1], years=years)
    drawn = year_line.line(s)
    (path,) = [d for d in drawn.split('d="M')[1:] if 'class="m-path"' in d.split(">")[0]]
    assert path.split('"')[0].count("L") == 8, "nine points of two years"
    assert "m-goal" in drawn and "90.0%" in drawn
    hidden = [replace_rate(y) if n == 5 else y for n, y in enumerate(years)]
    assert year_line.line(replace(s, years=hidden)).count('class="m-path"') == 2, "a hidden year leaves a gap"


def replace_rate(year: dict[str, Any]) -> dict[str, Any]:
    return {**year, "rate": None, "low": None, "high": None, "suppressed": True}
