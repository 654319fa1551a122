"""Worked examples: each formula in plain words, its source, and what it makes of figures that the viewer sees today."""

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

import streamlit as st

from metrics.counting import strata
from metrics.judging import group_inequality, outliers
from metrics.judging.indicator_facts import Situation
from pages.components.layout import kept_parts, page_state
from pages.components.sections import example_sentences, group_intervals, partner_intervals
from pages.components.sections.equity_sections import Figures
from pages.components.tables.plain_table import listing
from pages.components.wording import gap_words
from schemas.policy.access.permissions import may_some
from schemas.policy.partnership import Partnership


class Example(NamedTuple):
    """A formula: its name, how it is worked out, its source, and today's example ('' when there is none)."""

    name: str
    how: str
    source: str
    now: str = ""


def examples(partnership: Partnership) -> None:
    """Draw every example, for who may see figures; they are of the latest whole year that can be shown."""
    if not may_some(page_state.viewer(), "see_figures"):
        st.html('<p class="c-fact">Each formula has an example here, for those who may see figures.</p>')
        return
    st.html(kept_parts.kept(lambda: "".join(map(_html, _examples(partnership))), "worked examples"))
    if rows := kept_parts.kept(_inequality, "inequality"):
        with st.expander("Measures of inequality for every measure", key="methods_inequality"):
            listing(_HEAD, rows, "Measures of inequality")


def _html(one: Example) -> str:
    now = f'<p class="w-now">Today: {escape(one.now)}</p>' if one.now else '<p class="w-now">No figure for it yet.</p>'
    return (
        f'<section class="w-example"><h3>{escape(one.name)}</h3><p>{escape(one.how)}</p>{now}'
        f'<p class="c-note">{escape(one.source)}</p></section>'
    )


def _examples(partnership: Partnership) -> list[Example]:
    everyone = page_state.results(stratifier="all", period_kind="year")
    rates, means = (
        [s for s in page_state.situations() if s.indicator.statistic == statistic] for statistic in ("rate", "mean")
    )
    known = [s for s in rates if s.now and s.now["low"] is not None]
    compared = partner_intervals.compared(known, everyone)
    funnel = _first(known, lambda s: example_sentences.funnel(s, compared[s.indicator.id]))
    figures = [
        f
        for s in known
        if "race_ethnicity" in group_intervals.stratifiers(s) and (f := Figures(s, "race_ethnicity")).gap
    ]
    return [
        Example(
            "Interval of a rate",
            "For x of n people with z = 1.96: (2x + z² ± z√(z² + 4x(1 − x/n))) ÷ (2(n + z²)).",
            "Wilson 1927. The true rate lies in it in 19 of 20 such cases.", _first(known, example_sentences.interval),
        ),
        Example(
            "Change since last year",
            "The difference of two rates; its interval is put together from the intervals of both. Whether it is a "
            "change is judged by months, or by partners' years: see how change is told from noise.",
            "Newcombe 1998, method 10.", _first([s for s in known if s.change], example_sentences.change),
        ),
        Example(
            "Usual range of a month",
            "Around the rate p of all settled months taken together: p ± 3σ√(p(1 − p)/n) for a month of n. σ is 1, or "
            "how many times more than chance the months scatter: the mean step between neighboring months in standard "
            "errors, ÷ 1.128. A share stays within 0% and 100%.",
            "p chart (Shewhart 1931); p′ chart (Laney 2002).", _first(known, example_sentences.month_of_rates),
        ),
        Example(
            "Usual range of a month, for a mean",
            "Around the mean of all settled months: ± 2.66 times their average moving range, the step from a month to "
            "the next.",
            "XmR chart (Wheeler 1993).", _first(means, example_sentences.month_of_means),
        ),
        Example(
            "Funnel of partners",
            "Around the rate p of all partners of one kind: p ± z√(p(1 − p)/n). The inner limits have z = 1.96 (95%). "
            "The outer ones have z = 3.09 (99.8%), or more when many partners and measures are compared. "
            f"From {outliers.FEWEST_FOR_SPREAD} partners of a kind on the limits are widened when partners differ more "
            "than chance explains.",
            "Spiegelhalter 2005; scores are cut at the 10th and 90th percentile before the spread is taken.", funnel,
        ),
        Example(
            "Observed and expected",
            "Expected is the sum of the probabilities that a partner sent, where all it counts have one. Else it is, "
            "for each age and sex, the partnership's rate times the partner's people, added up. Both are published, "
            "but where they would reveal small numbers. There it is by age alone, with the rates of its kind. "
            "Observed ÷ expected (O/E) has Wilson's interval of the partner's own rate, over the expected one.",
            "Indirect standardization (Breslow & Day 1987, IARC 82). Byar's interval is for events that can happen any "
            "number of times; a person counts once, so it would be too wide.",
            _first(known, lambda s: example_sentences.expected(s, compared[s.indicator.id])),
        ),
        Example(
            "Rate with the same ages",
            "A group's rate at each age, weighted by how many of all people counted are of that age. No interval "
            "below 10 cases.",
            "Direct standardization with the interval of Dobson 1991, on Wilson's: a person counts once.",
            _first(figures, example_sentences.aged),
        ),
        Example(
            "Gap, and whether it moved",
            "The difference of two groups' rates with its interval. The change of the gap is its size now less its "
            "size in the years before, with an interval from both.",
            "Newcombe 1998; Zou & Donner 2008 for the change. The two groups are named, or are those that surely lay "
            "furthest apart in the years before. Of many pairs some differ by chance, so that choice allows for all.",
            _first(figures, example_sentences.gap),
        ),
        Example(
            "Best and worst case",
            "All people of unknown group who meet the figure are put into a group, then all who do not; for a gap, the "
            "ones into one group and the others into the other.",
            "Bounds without assumptions (Manski 2003).", _first(figures, example_sentences.bounds),
        ),
        Example(
            "Measures of inequality",
            "SII and RII: the best line through the groups in their order, from its start to its end. Index of "
            "disparity: mean distance from the average of all (WHO) or from the best group (Healthy People), in per "
            "cent of it. Between-group variance and Theil's index give large groups more weight.",
            "WHO 2013; Regidor 2004; Keppel et al. 2005.", _first(figures, example_sentences.measures),
        ),
        Example(
            "Hidden figures",
            f"A count from 1 to {partnership.policy.smallest_cell - 1} is hidden with everything worked out from it, "
            "and so are other figures that would give it away.",
            "CMS cell size policy.", example_sentences.hidden(known),
        ),
    ]  # fmt: skip


def _first(those: Sequence, words: Callable[..., str]) -> str:
    """The first example that can be told."""
    return next((text for one in those if (text := words(one))), "")


_HEAD = ("Measure", "Grouping", "Summary", "Value", "95% range", "Groups")


def _inequality() -> list[list[str]]:
    """The measures of inequality of the partnership's latest year, for those who report them. A grouping of which fewer
    than two groups may be shown has no row; hidden groups are counted beside the ones that are in it."""
    known = [s for s in page_state.situations() if s.now]
    return [row for s in known for by in group_intervals.stratifiers(s) for row in _inequality_of(s, by)]


def _inequality_of(s: Situation, by: str) -> list[list[str]]:
    those = Figures(s, by)
    found = group_inequality.measures(those.now, by, s.indicator.better)
    if found is None:
        return []
    where = [s.indicator.title, strata.stratum_title(by, s.indicator.own_strata)]
    groups = f"{found.groups}" + (f" ({found.hidden} hidden)" if found.hidden else "")
    return [[*where, name, value, span, groups] for name, value, span, _ in gap_words.inequality(those.label, found)]
