"""The control chart as it is drawn: shapes, gaps, provisional ground, notes, and words for whoever does not see it."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import plotly.graph_objects as go
import pytest

from data.ledger.data_folder import NotReady
from metrics.indicators import indicators
from metrics.judging import figure_words
from metrics.judging.control_chart import control_chart
from metrics.judging.indicator_facts import Situation
from metrics.judging.sentences import Facts
from metrics.judging.target_met import TargetTest
from pages.components.charts import control_figure, control_labels
from pages.components.layout import cards, page_state, theme
from pages.components.wording import control_words
from schemas.policy.chart_rules import Annotation, Baseline, Rebase
from schemas.policy.partnership import Partnership
from tests.metrics.judging.test_control_chart import FLAT, published
from tests.metrics.judging.test_sentences import at
from tests.pages.test_figure_sentences import row
from workflow.administering import open_partnership

LIGHT, CONNECTED = theme.TOKENS["light"], indicators()["connected_to_help"]
SETTINGS: dict[str, Any] = {"targets": {CONNECTED.id: 0.65}}


@pytest.fixture(autouse=True)
def light(monkeypatch):
    monkeypatch.setattr(theme, "mode", lambda: "light")


@pytest.fixture
def charted(monkeypatch):
    """Months of an indicator -> its situation, under settings that the page reads too."""

    def made(months: list[dict], **more: Any) -> Situation:
        partnership = Partnership(**SETTINGS, **more)
        monkeypatch.setattr(page_state, "store", lambda: SimpleNamespace(partnership=partnership))
        monkeypatch.setattr(page_state, "settings", lambda: partnership)
        found = control_chart(CONNECTED, months, partnership)
        return Situation(CONNECTED, row(600, 1000), None, None, None, 0.65, [row(600, 1000)], Facts(), signal=found)

    return made


def points(figure: go.Figure) -> Any:
    (trace,) = [t for t in figure.data if t.mode == "lines+markers"]
    return trace


def texts(figure: go.Figure) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_a_month_shows_what_it_means_by_shape_and_color(charted):
    before = Baseline(indicator=CONNECTED.id, fix_after=12, reason="Before the leaps")
    drawn = points(control_figure.chart(charted(published(*FLAT, 0.6, 0.4), baselines=(before,))))
    assert list(drawn.marker.symbol[-3:]) == ["circle", "diamond", "square"]
    assert list(drawn.marker.color[-3:]) == [LIGHT.usual, LIGHT.better, LIGHT.worse]


def test_a_hidden_month_is_a_gap_with_a_hatched_ground_a_word_and_no_limits(charted):
    figure = control_figure.chart(charted(published(*FLAT[:6], None, *FLAT)))
    drawn, hidden = points(figure), at("2024-07")
    assert drawn.y[6] is None and not drawn.connectgaps
    (ground,) = [t for t in figure.data if t.fillpattern.shape == "/"]
    assert min(ground.x) < hidden < max(ground.x)
    assert "hidden" in texts(figure)
    (band,) = [t for t in figure.data if t.fillcolor == LIGHT.band]
    assert hidden not in band.x


def test_words_of_hidden_months_near_each_other_do_not_run_into_one_another(charted):
    near, far = (charted(published(*FLAT, None, *FLAT[:n], None, *FLAT)) for n in (2, 12))
    assert [texts(control_figure.chart(s)).count("hidden") for s in (near, far)] == [1, 2]


@pytest.mark.parametrize(("after", "told"), [(4, 0), (16, 1)])
def test_a_word_of_hidden_months_does_not_run_into_that_of_provisional_ones(charted, after, told):
    months = published(*FLAT, None, *(0.5,) * after)
    months[-1]["provisional"] = True
    words = texts(control_figure.chart(charted(months)))
    assert (words.count("hidden"), words.count("provisional")) == (told, 1)


def test_provisional_months_are_open_on_a_ground_of_their_own(charted):
    months = published(*FLAT, 0.6)
    months[-1]["provisional"] = True
    figure = control_figure.chart(charted(months))
    assert points(figure).marker.color[-1] == LIGHT.background
    assert [t for t in figure.data if t.fillcolor == LIGHT.badge_provisional[0]]
    assert "provisional" in texts(figure)


def test_average_limits_and_target_are_named_at_the_edge_and_lie_apart(charted):
    figure = control_figure.chart(charted(published(*FLAT, n=50_000)))
    edge = [a for a in figure.layout.annotations if a.xref == "paper"]
    assert [a.text.partition("<br>")[0] for a in edge] == ["limit", "average", "limit", "target"]
    low, high = figure.layout.yaxis.range
    pixels = [a.y / (high - low) * 292 for a in edge]
    assert all(b - a >= 30 for a, b in pairwise(pixels))


def test_notes_and_rebases_are_marked_with_letters_in_order_of_time(charted):
    s = charted(
        published(*FLAT, *(r + 0.1 for r in FLAT)),
        rebases=(Rebase(indicator=CONNECTED.id, on=dt.date(2025, 1, 1), reason="New recall system"),),
        annotations=(
            Annotation(indicator=CONNECTED.id, on=dt.date(2024, 5, 3), words="Vouchers begin"),
            Annotation(indicator="bp_control", on=dt.date(2024, 5, 3), words="Not this one"),
            Annotation(indicator=CONNECTED.id, on=dt.date(2031, 1, 1), words="Not yet"),
        ),
    )
    figure = control_figure.chart(s)
    assert [n.words for n in control_labels.notes(s)] == [
        "Vouchers begin", "Average and limits start anew: New recall system",
    ]  # fmt: skip
    assert [t for t in texts(figure) if "<b>" in t] == ["<b>A</b>", "<b>B</b>"]
    means = [t for t in figure.data if t.mode == "lines" and t.line.width == 1.5 and t.line.dash is None and t.y]
    assert len({t.y for t in means if len(set(t.y)) == 1}) == 2, "the mean is broken at the rebase"


def test_too_few_months_are_said_and_get_no_verdict(charted):
    (few,) = control_words.remarks(charted(published(*FLAT[:10])))
    assert few == "10 months can be judged. With fewer than 12, the limits are a trial and no month is judged."


def test_no_average_is_drawn_or_named_through_months_that_hiding_has_selected(charted):
    s = charted(published(*FLAT[:5], None, *FLAT, *FLAT))
    assert control_words.remarks(s) == [
        "1 month is hidden to protect privacy and not judged.",
        "The months that are shown may be unlike the hidden ones. So no average and no usual range is drawn.",
    ]
    assert "On this chart" not in control_words.kind(s)
    figure = control_figure.chart(s)
    assert not [t for t in texts(figure) if t.startswith(("average", "limit"))]
    assert not [t for t in figure.data if t.mode == "lines" and t.line.width == 1.5 and t.line.dash is None and t.y]
    assert "ordinary variation" not in control_words.hover(s, 0, figure_words.scale_of(s.indicator))


def test_a_fixed_baseline_is_told_with_its_reason(charted):
    s = charted(published(*FLAT, *FLAT), baselines=(Baseline(indicator=CONNECTED.id, fix_after=12, reason="Agreed"),))
    assert control_words.remarks(s) == ["Average and limits come from the first 12 months: Agreed."]


def test_run_out_is_told_for_months_that_change_or_are_not_there_yet(charted):
    months = published(*FLAT)
    assert control_words.remarks(charted(months, today=dt.date(2025, 2, 10))) == [
        "Jan 2025 is shown after its 30 days of follow-up end, on 2 Mar 2025."
    ]
    assert control_words.remarks(charted(months, today=dt.date(2025, 3, 3))) == []
    months[-1]["provisional"] = True
    assert "Dec 2024 may still change: the follow-up ends on 30 Jan 2025." in control_words.remarks(
        charted(months, today=dt.date(2025, 1, 20))
    )
    late = control_words.remarks(charted(months, today=dt.date(2025, 3, 3)))
    assert "Dec 2024 may still change: data is to come." in late


@pytest.mark.parametrize(
    "facts,variation,target",
    [
        (Facts(), "No change large enough to tell", ""),
        (Facts(changed="better", tested=TargetTest(0.1, "clearly met", "open")), "Improved", "Target clearly met"),
        (
            Facts(changed="worse", tested=TargetTest(-0.1, "clearly missed", "open")),
            "Got worse",
            "Short of target",
        ),
        (
            Facts(warned="better", tested=TargetTest(0.0, "met", "open")),
            "May be improving",
            "Target met, within chance",
        ),
        (Facts(warned="worse"), "May be getting worse", ""),
        (Facts(why_not="few"), "Too early to judge", ""),
        (Facts(why_not="hidden"), "Cannot be judged", ""),
        (Facts(why_not="partners"), "Cannot be judged", ""),
    ],
)
def test_a_verdict_and_a_target_are_words_with_a_mark(charted, facts, variation, target):
    s = replace(charted(published(*FLAT)), facts=facts)
    assert variation in cards.variation(s) and 'class="c-mark' in cards.variation(s)
    assert target in cards.assurance(s) and bool(target) == bool(cards.assurance(s))


def test_the_chart_is_told_in_words(charted):
    said = control_words.in_words(charted(published(*FLAT, 0.6)))
    assert "13 months shown: from 50.0% in Jan 2024 to 60.0% in Jan 2025." in said
    assert "1 better than usual, 0 worse than usual. No change large enough to tell." in said


def test_settings_that_speak_of_an_unknown_indicator_are_refused_with_those_that_exist(demo):
    with (demo.folder / "concord.toml").open("a") as file:
        file.write('[[annotations]]\nindicator = "bp_controll"\non = 2026-01-01\nwords = "Typo"\n')
    with pytest.raises(NotReady, match=r"bp_controll.*There are: .*bp_control"):
        open_partnership(demo.folder)


def test_settings_that_follow_a_gap_of_an_unknown_group_are_refused_with_those_that_exist(demo):
    with (demo.folder / "concord.toml").open("a") as file:
        file.write('[[gaps]]\nindicator = "bp_control"\nby = "sex"\ngroups = ["female", "men"]\n')
    with pytest.raises(NotReady, match=r"a group of sex that does not exist: men\. There are: .*female"):
        open_partnership(demo.folder)


def test_a_baseline_of_fewer_than_12_months_is_refused():
    with pytest.raises(ValueError, match="greater than or equal to 12"):
        Baseline(indicator=CONNECTED.id, fix_after=11, reason="Too short")
    twice = [Baseline(indicator=CONNECTED.id, fix_after=12, reason="One")] * 2
    with pytest.raises(ValueError, match="two baselines"):
        Partnership(baselines=tuple(twice))
