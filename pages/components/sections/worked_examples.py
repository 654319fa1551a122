"""Worked examples: each formula in plain words, and what it makes of figures that the viewer sees today."""

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

import streamlit as st

from metrics.judging import group_gaps as fairness
from metrics.judging import outliers as apart
from metrics.judging.control_chart import Signal
from metrics.judging.indicator_facts import Situation
from pages.components.layout import page_state
from pages.components.sections import figure_sections
from pages.components.sections.equity_sections import Figures
from pages.components.wording import figure_sentences, gap_words
from pages.components.wording.count_words import many
from schemas.policy.partnership import Partnership

_STYLE = """<style>
.w-example { border: 1px solid var(--c-line); border-radius: .5rem; padding: 1rem 1.25rem; margin: 0 0 .75rem; }
.w-example h3 { font-size: 1.0625rem; font-weight: 650; margin: 0; padding: 0; }
.w-example p { margin: .35rem 0 0; max-width: 80ch; } .w-example p.w-now { color: var(--c-muted);
  font-variant-numeric: tabular-nums; }
</style>"""


class Example(NamedTuple):
    """A formula: its name, how it is worked out, its source, and today's example ('' when there is none)."""

    name: str
    how: str
    source: str
    now: str = ""


def examples(partnership: Partnership) -> None:
    """Draw every example; figures are of the latest whole year that can be shown."""
    st.html(_STYLE + "".join(map(_html, _examples(partnership))))


def _html(one: Example) -> str:
    now = f'<p class="w-now">Today: {escape(one.now)}</p>' if one.now else '<p class="w-now">No figure for it yet.</p>'
    return (
        f'<section class="w-example"><h3>{escape(one.name)}</h3><p>{escape(one.how)}</p>{now}'
        f'<p class="c-note">{escape(one.source)}</p></section>'
    )


def _examples(partnership: Partnership) -> list[Example]:
    everyone = page_state.results(stratifier="all", period_kind="year")
    rates, means = (
        [s for s in figure_sections.situations() if s.indicator.statistic == statistic]
        for statistic in ("rate", "mean")
    )
    known = [s for s in rates if s.now and s.now["rate"] is not None]
    funnel = _first(known, lambda s: _funnel(s, everyone.to_dicts()))
    figures = [f for s in known if "race_ethnicity" in figure_sections.stratifiers(s) and (f := _figures(s)).gap]
    return [
        Example(
            "Interval of a rate",
            "For x of n people with z = 1.96: (2x + z² ± z√(z² + 4x(1 − x/n))) ÷ (2(n + z²)).",
            "Wilson 1927. The true rate lies in it in 19 of 20 such cases.", _first(known, _interval),
        ),
        Example(
            "Change on a year ago",
            "The difference of two rates; its interval is put together from the intervals of both. It is a real change "
            "when 0 is not in it.",
            "Newcombe 1998, method 10.", _first([s for s in known if s.change], _change),
        ),
        Example(
            "Usual range of a month",
            "Around the rate p of all settled months taken together: p ± 3σ√(p(1 − p)/n) for a month of n. σ is 1, or "
            "how many times more than chance the months scatter: the mean step between neighbouring months in standard "
            "errors, ÷ 1.128. A share stays within 0% and 100%.",
            "p chart (Shewhart 1931); p′ chart (Laney 2002).", _first(known, _month_of_rates),
        ),
        Example(
            "Usual range of a month, for a mean",
            "Around the mean of all settled months: ± 2.66 times their average moving range, the step from a month to "
            "the next.",
            "XmR chart (Wheeler 1993).", _first(means, _month_of_means),
        ),
        Example(
            "Funnel of partners",
            "Around the rate p of all partners shown: p ± z√(p(1 − p)/n) with z = 1.96 (95%) and 3.09 (99.8%). From "
            f"{apart.FEWEST_FOR_SPREAD} partners on the limits are widened when partners differ more than chance "
            "explains.",
            "Spiegelhalter 2005; scores are cut at the 10th and 90th percentile before the spread is taken.", funnel,
        ),
        Example(
            "Observed and expected",
            "For each age the partnership's rate times the partner's people; the sum is what is expected. Observed ÷ "
            "expected has Wilson's interval of the partner's own rate, over the expected one.",
            "Indirect standardisation (Breslow & Day 1987, IARC 82). Byar's interval is for events that can happen any "
            "number of times; a person counts once, so it would be too wide.", _first(known, _expected),
        ),
        Example(
            "Rate with the same ages",
            "A group's rate at each age, weighted by how many of all people counted are of that age. No interval "
            "below 10 cases.",
            "Direct standardisation with the interval of Dobson 1991, on Wilson's: a person counts once.",
            _first(figures, _aged),
        ),
        Example(
            "Gap, and whether it closes",
            "The difference of two groups' rates with its interval; the change of the gap is its size now less its "
            "size before, with an interval from both.",
            "Newcombe 1998; Zou & Donner 2008 for the change. The two groups are those that surely lie furthest apart; "
            "of many pairs some differ by chance, so the intervals are those that all pairs need (Bonferroni).",
            _first(figures, _gap),
        ),
        Example(
            "Best and worst case",
            "All people of unknown group who meet the figure are put into a group, then all who do not; for a gap, the "
            "ones into one group and the others into the other.",
            "Bounds without assumptions (Manski 2003).", _first(figures, _bounds),
        ),
        Example(
            "Measures of inequality",
            "SII and RII: the best line through the groups in their order, from its start to its end. Index of "
            "disparity: mean distance from the average of all (WHO) or from the best group (Healthy People), in per "
            "cent of it. Between-group variance and Theil's index give large groups more weight.",
            "WHO 2013; Regidor 2004; Keppel et al. 2005.", _first(figures, _measures),
        ),
        Example(
            "Hidden figures",
            f"A count from 1 to {partnership.policy.smallest_cell - 1} is hidden with everything worked out from it, "
            "and so are other figures that would give it away.",
            "CMS cell size policy.", _hidden(known),
        ),
    ]  # fmt: skip


def _first(those: Sequence, told: Callable[..., str]) -> str:
    """The first example that can be told."""
    return next((text for one in those if (text := told(one))), "")


def _figures(s: Situation) -> Figures:
    assert s.now
    end = s.now["period_end"]
    before = [y["period_end"] for y in s.years if y["period_end"] < end and y["period_end"].month == end.month]
    return Figures(s, "race_ethnicity", max(before, default=None))


def _named(s: Situation) -> str:
    assert s.now
    return f"“{s.indicator.title}”, {figure_sentences.period(s.now)}"


def _interval(s: Situation) -> str:
    assert s.now
    x, n = s.now["numerator"], s.now["denominator"]
    return (
        f"{_named(s)}: x = {x:,}, n = {n:,}, rate {figure_sentences.percent(s.now['rate'])}. "
        f"(2 × {x:,} + 3.84 ± 1.96 × √(3.84 + 4 × {x:,} × {1 - x / n:.4f})) ÷ (2 × ({n:,} + 3.84)) = "
        f"{figure_sentences.interval(s.now)}."
    )


def _change(s: Situation) -> str:
    assert s.now and s.ago and s.change
    return (
        f"{_named(s)}: {figure_sentences.percent(s.now['rate'])} ({figure_sentences.interval(s.now)}) "
        f"and {figure_sentences.percent(s.ago['rate'])} ({figure_sentences.interval(s.ago)}). "
        f"{figure_sentences.changed(s)}"
    )


def _month_of_rates(s: Situation) -> str:
    if not (s.signal and s.signal.heard):
        return ""
    here, spread = _judged(s.signal), s.signal.spread
    month, (p, low, high) = s.signal.months[here], _limits(s.signal, here)
    people = month["denominator"]
    return (
        f"“{s.indicator.title}”, {figure_sentences.period(month)}: p = {figure_sentences.percent(p)}, "
        f"n = {people:,}, σ = {spread:.2f}. {figure_sentences.percent(p)} ± 3 × {spread:.2f} × "
        f"√({p:.4f} × {1 - p:.4f} ÷ {people:,}) = "
        f"{figure_sentences.percent(low)} to {figure_sentences.percent(high)}. "
        f"Its rate is {figure_sentences.percent(month['rate'])}."
    )


def _month_of_means(s: Situation) -> str:
    if not (s.signal and s.signal.heard):
        return ""
    here = _judged(s.signal)
    month, (mean, low, high) = s.signal.months[here], _limits(s.signal, here)
    far = page_state.store().partnership.spc.rule_set.limit
    step = (high - mean) / far
    return (
        f"“{s.indicator.title}”, {figure_sentences.period(month)}: mean of all {mean:.1f}, "
        f"average moving range {step:.2f}. {mean:.1f} ± {far:g} × {step:.2f} = {low:.1f} to {high:.1f}. "
        f"Its mean is {month['rate']:.1f}."
    )


def _judged(signal: Signal) -> int:
    """The place of the last settled month."""
    return int(signal.settled.nonzero()[0][-1])


def _limits(signal: Signal, place: int) -> list[float]:
    """Centre, lower and upper limit of a month."""
    return [float(v[place]) for v in (signal.limits.mean, signal.limits.low, signal.limits.high)]


def _funnel(s: Situation, rows: list[dict]) -> str:
    assert s.now
    mine = [r for r in rows if r["indicator"] == s.indicator.id and r["period_end"] == s.now["period_end"]]
    found = apart.partner_funnel([r for r in mine if r["scope"] in page_state.partner_names()], s.indicator.better)
    if found is None:
        return ""
    row, stand = found.shown[0], found.stands[0]
    ends = [found.limits([row["denominator"]], z) for z in (apart.WARNING, apart.ALARM)]
    inner, outer = (f"{figure_sentences.percent(low[0])} to {figure_sentences.percent(high[0])}" for low, high in ends)
    return (
        f"{_named(s)}: p = {figure_sentences.percent(found.centre)}. "
        f"For {page_state.partner_names()[row['scope']]}, n = {row['denominator']:,}: {inner} (95%), {outer} (99.8%). "
        f"Its rate is {figure_sentences.percent(row['rate'])}: {stand}."
    )


def _expected(s: Situation) -> str:
    assert s.now
    rows = page_state.results(
        indicator=s.indicator.id, period_kind="year", period_end=s.now["period_end"], stratifier="age_band"
    ).to_dicts()
    whole = [r for r in rows if r["scope"] == "partnership"]
    for partner, name in page_state.partner_names().items():
        found = apart.age_adjusted([r for r in rows if r["scope"] == partner], whole)
        if found.ratio:
            ratio, low, high = found.ratio
            return (
                f"{_named(s)}, {name}: {found.observed:,} observed, {found.expected:,.1f} expected, {ratio:.2f} "
                f"({low:.2f} to {high:.2f})."
            )
    return ""


def _aged(f: Figures) -> str:
    cells, ages = f.rows("race_ethnicity*age_band"), f.rows("age_band")
    for found in fairness.standardised(f.now, cells, ages):
        if found.rate:
            rate, low, high = map(figure_sentences.percent, found.rate)
            return (
                f"{_named(f.s)}, {f.label(found.crude)}: {figure_sentences.percent(found.crude['rate'])} as it is, "
                f"{rate} with the ages of all ({low} to {high})."
            )
    return ""


def _gap(f: Figures) -> str:

    return f"{_named(f.s)}. {gap_words.width(f.label, f.gap, f.course)}"


def _bounds(f: Figures) -> str:

    assert f.s.now
    found = fairness.bounds(f.now, f.s.now, f.gap, f.s.indicator.better)
    return f"{_named(f.s)}. {gap_words.missing(f.label, found, f.gap)}" if found else ""


def _measures(f: Figures) -> str:
    found = fairness.measures(f.now, f.stratifier, f.s.indicator.better)
    if not found:
        return ""
    return (
        f"{_named(f.s)}, {many(found.groups, 'group')} by {f.label.by}: index of disparity {found.disparity:.1f}% "
        f"(WHO), {found.disparity_best:.1f}% (Healthy People); Theil's index × 1,000 {1000 * found.theil:.2f}."
    )


def _hidden(known: Sequence[Situation]) -> str:
    rows = page_state.results(scope="partnership", period_kind="year")
    ends = {(s.indicator.id, s.now["period_end"]) for s in known if s.now}
    mine = [r for r in rows.to_dicts() if (r["indicator"], r["period_end"]) in ends and r["stratifier"] != "exclusion"]
    two = [r for r in mine if "*" in r["stratifier"]]
    one = [r for r in mine if "*" not in r["stratifier"]]
    hidden = [f"{sum(r['suppressed'] for r in rows):,} of {len(rows):,}" for rows in (one, two)]
    told = f"of the partnership's latest years {hidden[0]} figures by one grouping are hidden"
    return f"{told}, and {hidden[1]} by two at once." if two else f"{told}." if one else ""
