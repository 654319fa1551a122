"""Each formula worked out on a figure that the viewer sees today; '' where there is none to show it on."""

from collections.abc import Sequence

from metrics.judging import figure_words, group_inequality, outliers
from metrics.judging.control_chart import ControlChart
from metrics.judging.indicator_facts import Situation
from metrics.judging.peer_comparison import Comparison
from pages.components.layout import page_state
from pages.components.sections import partner_sections
from pages.components.sections.equity_sections import Figures
from pages.components.wording import figure_sentences, gap_words, outlier_words
from pages.components.wording.count_words import many


def _named(s: Situation) -> str:
    assert s.now
    return f"“{s.indicator.title}”, {figure_sentences.period(s.now)}"


def interval(s: Situation) -> str:
    assert s.now
    x, n = s.now["numerator"], s.now["denominator"]
    return (
        f"{_named(s)}: x = {x:,}, n = {n:,}, rate {figure_sentences.percent(s.now['rate'])}. "
        f"(2 × {x:,} + 3.84 ± 1.96 × √(3.84 + 4 × {x:,} × {1 - x / n:.4f})) ÷ (2 × ({n:,} + 3.84)) = "
        f"{figure_sentences.interval(s.now)}."
    )


def change(s: Situation) -> str:
    assert s.now and s.ago and s.change
    return (
        f"{_named(s)}: {figure_sentences.percent(s.now['rate'])} ({figure_sentences.interval(s.now)}) "
        f"and {figure_sentences.percent(s.ago['rate'])} ({figure_sentences.interval(s.ago)}). "
        f"{figure_sentences.changed(s)}"
    )


def month_of_rates(s: Situation) -> str:
    if not (s.signal and s.signal.enough):
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


def month_of_means(s: Situation) -> str:
    if not (s.signal and s.signal.enough):
        return ""
    here = _judged(s.signal)
    month, (mean, low, high) = s.signal.months[here], _limits(s.signal, here)
    far = page_state.settings().spc.rule_set.limit
    step = (high - mean) / far
    return (
        f"“{s.indicator.title}”, {figure_sentences.period(month)}: mean of all {mean:.1f}, "
        f"average moving range {step:.2f}. {mean:.1f} ± {far:g} × {step:.2f} = {low:.1f} to {high:.1f}. "
        f"Its mean is {month['rate']:.1f}."
    )


def _judged(signal: ControlChart) -> int:
    """The place of the last settled month."""
    return int(signal.settled.nonzero()[0][-1])


def _limits(signal: ControlChart, place: int) -> list[float]:
    """Center, lower and upper limit of a month."""
    return [float(v[place]) for v in (signal.limits.mean, signal.limits.low, signal.limits.high)]


def funnel(s: Situation, seen: Comparison) -> str:
    if not seen.funnels:
        return ""
    found = seen.funnels[0]
    row, stand = found.shown[0], found.stands[0]
    ends = [found.limits([row["denominator"]], z) for z in (outliers.WARNING, found.alarm)]
    inner, outer = (f"{figure_sentences.percent(low[0])} to {figure_sentences.percent(high[0])}" for low, high in ends)
    return (
        f"{_named(s)}, {figure_words.lower_first(outlier_words.group(found))}: "
        f"p = {figure_sentences.percent(found.center)}. "
        f"For {page_state.partner_names()[row['scope']]}, n = {row['denominator']:,}: {inner} (95%), {outer} "
        f"(z = {found.alarm:.2f}). Its rate is {figure_sentences.percent(row['rate'])}: {stand}."
    )


def expected(s: Situation, seen: Comparison) -> str:
    for partner, found in partner_sections.adjusted(s, seen)[0].items():
        if found.ratio:
            ratio, low, high = found.ratio
            return (
                f"{_named(s)}, {page_state.partner_names()[partner]}: {found.observed:,} observed, "
                f"{found.expected:,.1f} expected, {ratio:.2f} ({low:.2f} to {high:.2f})."
            )
    return ""


def aged(f: Figures) -> str:
    cells, ages = f.rows("race_ethnicity*age_band"), f.rows("age_band")
    for found in group_inequality.standardized(f.now, cells, ages):
        if found.rate:
            rate, low, high = map(figure_sentences.percent, found.rate)
            return (
                f"{_named(f.s)}, {f.label(found.crude)}: {figure_sentences.percent(found.crude['rate'])} as it is, "
                f"{rate} with the ages of all ({low} to {high})."
            )
    return ""


def gap(f: Figures) -> str:

    return f"{_named(f.s)}. {gap_words.width(f.label, f.judged)}"


def bounds(f: Figures) -> str:

    assert f.s.whole
    found = group_inequality.bounds(f.now, f.s.whole, f.gap, f.s.indicator.better)
    return f"{_named(f.s)}. {gap_words.missing(f.label, found, f.gap)}" if found else ""


def measures(f: Figures) -> str:
    found = group_inequality.measures(f.now, f.stratifier, f.s.indicator.better)
    if not found:
        return ""
    return (
        f"{_named(f.s)}, {many(found.groups, 'group')} by {f.label.by}: index of disparity {found.disparity:.1f}% "
        f"(WHO), {found.disparity_best:.1f}% (Healthy People); Theil's index × 1,000 {1000 * found.theil:.2f}."
    )


def hidden(known: Sequence[Situation]) -> str:
    rows = page_state.results(scope="partnership", period_kind="year")
    rows = rows.select("indicator", "period_end", "stratifier", "suppressed")  # thousands, of which no more is asked
    ends = {(s.indicator.id, s.now["period_end"]) for s in known if s.now}
    mine = [r for r in rows.to_dicts() if (r["indicator"], r["period_end"]) in ends and r["stratifier"] != "exclusion"]
    two = [r for r in mine if "*" in r["stratifier"]]
    one = [r for r in mine if "*" not in r["stratifier"]]
    hidden = [f"{sum(r['suppressed'] for r in rows):,} of {len(rows):,}" for rows in (one, two)]
    text = f"of the partnership's latest years {hidden[0]} figures by one grouping are hidden"
    return f"{text}, and {hidden[1]} by two at once." if two else f"{text}." if one else ""
