"""Blocks of the Equity page. Each draws one answer from published rows of the partnership."""

from html import escape
from typing import Any

import streamlit as st

from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP
from metrics.grouping.pooled_years import KIND
from metrics.judging import group_gaps, group_inequality
from metrics.judging.group_changes import JudgedGroups
from metrics.judging.indicator_facts import Situation
from pages.components.charts import figures, interval_figure
from pages.components.layout import cards, page_frame, page_state
from pages.components.sections import coverage_badges, group_intervals
from pages.components.tables import chart_numbers
from pages.components.tables.plain_table import listing
from pages.components.wording import figure_sentences, gap_words
from pages.components.wording.gap_words import Labels

Row = dict[str, Any]


class Figures:
    """The rows of one indicator and grouping, and what may be said of them."""

    def __init__(self, s: Situation, stratifier: str) -> None:
        assert s.now
        self.s, self.stratifier, self.label = s, stratifier, Labels(s, stratifier)
        self.end = s.now["period_end"]
        self.now = self.rows(stratifier)
        self.of_three_years = self._ordered(period_kind=KIND, stratifier=stratifier)
        self.judged = next(
            (g for g in page_state.judged_groups() if (g.indicator, g.stratifier) == (s.indicator.id, stratifier)),
            JudgedGroups(s.indicator.id, stratifier, None, (), 0),
        )
        self.gap = self.judged.gap.gap if self.judged.gap else None

    def rows(self, stratifier: str) -> list[Row]:
        """The partnership's rows by a grouping, in the order of the chart."""
        return self._ordered(period_kind="year", period_end=self.end, stratifier=stratifier)

    def _ordered(self, **only: Any) -> list[Row]:
        found = page_state.results(indicator=self.s.indicator.id, scope="partnership", **only).to_dicts()
        return sorted(found, key=lambda r: group_intervals.order(r, self.s.indicator.better))

    @property
    def headline(self) -> str:
        """The page's one sentence."""
        return gap_words.headline(self.s, self.label, self.judged, group_gaps.hidden_groups(self.now))

    @property
    def whole(self) -> float | None:
        """The figure of everyone together."""
        return self.s.whole["rate"] if self.s.whole else None

    def token(self, row: Row) -> str:
        """The color of a group beside everyone."""
        among = len(group_gaps.groups(self.now))
        return figures.TOKEN[group_gaps.beside(row, self.s.whole, self.s.indicator.better, among)]


def groups(f: Figures) -> None:
    """Every group now, and as a ring where it was: the gap, its course, and whether everyone improves."""
    shown = [r for r in f.now if r["denominator"] != 0]
    if not shown and f.of_three_years:
        page_frame.notice("Too few people in one year", "Three years together are shown below.")
        return
    if not shown:
        page_frame.notice("No groups to compare", "No partner has sent this for the people who count here.")
        return
    st.html(cards.facts(gap_words.width(f.label, f.judged), gap_words.everyone(f.label, f.judged)))
    before = {g.row["category"]: g.before["rate"] for g in f.judged.groups}
    group_intervals.legend(f.s, f"ring: {gap_words.years(f.judged)} before" if before else "")
    drawn = [(f.label(r), r, f.token(r)) for r in shown]
    ends = figure_sentences.extremes([(name, row) for name, row, _ in drawn])
    lines, key = figures.whole_and_target(f.s.target, f.whole), f"fair_groups_{f.s.indicator.id}_{f.stratifier}"
    rings = [before.get(r["category"]) for r in shown]
    figures.draw(
        figures.kept(lambda: interval_figure.dots(drawn, lines, rings), key),
        f"{f.s.indicator.title} by {f.label.by}. {ends} {gap_words.width(f.label, f.judged)}",
        key,
    )
    assert f.s.now and f.s.whole
    coverage_badges.foot(
        group_intervals.completeness(f.now, f.s.whole), coverage_badges.coverage(f.s, f.s.now["period_end"])
    )
    chart_numbers.behind(
        [(f.label(r), r) for r in shown], f"{f.s.indicator.title} by {f.label.by}",
        f"fair_{f.s.indicator.id}_{f.stratifier}",
    )  # fmt: skip


def three_years(f: Figures) -> None:
    """Groups that are too small for one year, by the sum of three. Nothing is said of a difference between them."""
    drawn = [(f.label(r), r, "usual") for r in f.of_three_years if r["denominator"] != 0]
    few = [("open", "usual", "few people")] if any(r["unreliable"] for _, r, _ in drawn) else []
    cards.legend(
        ("usual", "usual", "rate of three years"), *few, ("bar", "usual", "95% range"), ("hidden", "usual", "hidden")
    )
    ends = figure_sentences.extremes([(name, row) for name, row, _ in drawn])
    figures.draw(
        interval_figure.dots(drawn, []), f"{f.s.indicator.title} by {f.label.by}, three years together. {ends}",
        f"fair_three_years_{f.s.indicator.id}_{f.stratifier}",
    )  # fmt: skip
    if f.s.indicator.id not in MONTHS_ADD_UP:
        st.html(
            '<p class="c-note">Someone who counts in each year is counted three times. The range allows for it.</p>'
        )
    chart_numbers.behind(
        [(name, r) for name, r, _ in drawn], f"{f.s.indicator.title} by {f.label.by}, three years together",
        f"fair_three_years_{f.s.indicator.id}_{f.stratifier}",
    )  # fmt: skip


def ages(f: Figures) -> None:
    """Each group's rate with the ages of all, its own as a ring."""
    pair = f"{f.stratifier}*age_band"
    found = group_inequality.standardized(f.now, f.rows(pair), f.rows("age_band")) if f.rows(pair) else []
    if not found:
        st.html('<p class="c-note">Not shown: a figure by age is hidden, or no partner has sent ages.</p>')
        return
    sentence = gap_words.aged(f.label, f.gap, found)
    st.html(cards.facts(sentence))
    drawn = [(f.label(one.crude), _with(one.crude, one.rate), one.crude) for one in found if one.rate]
    if drawn:
        group_intervals.legend(f.s, "ring: the rate as counted")
        figure = interval_figure.dots(
            [(name, row, f.token(row)) for name, row, _ in drawn], figures.whole_and_target(f.s.target, f.whole),
            [crude["rate"] for *_, crude in drawn],
        )  # fmt: skip
        alt = f"{f.s.indicator.title} by {f.label.by}, as it would be with the same ages. {sentence}"
        figures.draw(figure, alt, f"fair_ages_{f.s.indicator.id}")
    for line in gap_words.not_aged(f.label, found):
        st.html(f'<p class="c-note">{escape(line)}</p>')
    if drawn:
        both = [(f"{n}, {what}", r) for n, standard, crude in drawn
                for what, r in (("with the same ages", standard), ("as it is", crude))]  # fmt: skip
        chart_numbers.behind(both, "Rates with the same ages", f"fair_ages_{f.s.indicator.id}")


def _with(row: Row, span: tuple[float, float, float] | None) -> Row:
    """The row with another rate and interval, which no count of its own stands behind."""
    rate, low, high = span or (None, None, None)
    return {**row, "rate": rate, "low": low, "high": high, "numerator": None}


_WORST = "worst to best case"


def missing(f: Figures) -> None:
    """What each group's rate could be, whoever the people of unknown group are."""
    assert f.s.whole
    asked = "Could missing data explain it?", "The best and the worst case for people whose group is not known."
    found = group_inequality.bounds(f.now, f.s.whole, f.gap, f.s.indicator.better)
    if found is None:
        unknown = any(r["category"] in group_gaps.NO_GROUP and r["suppressed"] for r in f.now)
        folded = next((f.label(r) for r in f.now if r["category"].endswith("or_not_stated")), "")
        if not folded and not unknown:
            page_frame.section(*asked)
            st.html('<p class="c-note">No: everyone\'s group is known.</p>')
            return
        told = f"are counted under “{folded}”" if folded else "have a hidden figure"
        why = f"Whether missing data could explain it is not known: people whose group is not known {told}."
        st.html(f'<p class="c-note">{why}</p>')
        return
    page_frame.section(*asked)
    st.html(cards.facts(gap_words.missing(f.label, found, f.gap)))
    ends = found.rates
    drawn = [(f.label(r), {**r, "low": ends[r["category"]][0], "high": ends[r["category"]][1], "bar": _WORST})
             for r in f.now if r["category"] in ends]  # fmt: skip
    cards.legend(("usual", "usual", "rate of the known groups"), ("bar", "usual", "from the worst case to the best"))
    figures.draw(
        interval_figure.dots([(name, r, "usual") for name, r in drawn], []),
        f"Best and worst case by {f.label.by}. {gap_words.missing(f.label, found, f.gap)}",
        f"fair_missing_{f.s.indicator.id}_{f.stratifier}",
    )  # fmt: skip
    if f.s.whole["counts_only_partners"]:
        st.html('<p class="c-note">Some partners sent totals without groups. Their people are not in it.</p>')
    rows = [
        [
            name,
            figure_sentences.percent(r["low"]),
            figure_sentences.percent(r["rate"]),
            figure_sentences.percent(r["high"]),
        ]
        for name, r in drawn
    ]
    with st.expander("See these numbers as a table"):
        listing(("Group", "Worst case", "Known", "Best case"), rows, "Best and worst case")


def size(f: Figures) -> None:
    """The widest gap in points and as a ratio; the measures over all groups are on the Methods page."""
    if f.gap is None:
        st.html('<p class="c-note">Fewer than two groups may be shown.</p>')
        return
    listing(("Measure", "Value", "95% range", "What it says"), gap_words.sizes(f.label, f.gap), "Size of the gap")
    st.html('<p class="c-note">The page Methods has the measures of inequality over all groups.</p>')
