"""Blocks of the Partners page: the funnel, the ages, and one partner beside the partnership."""

from html import escape
from typing import Any

import streamlit as st

from metrics.counting import strata
from metrics.judging import figure_words, outliers, shared_error
from metrics.judging.indicator_facts import Situation
from metrics.judging.peer_comparison import Comparison
from pages.components.charts import figures, funnel_figure, interval_figure
from pages.components.layout import cards, kept_parts, page_frame, page_state
from pages.components.sections import coverage_badges, partner_intervals
from pages.components.tables import chart_numbers
from pages.components.tables.plain_table import listing
from pages.components.wording import expected_words, figure_sentences, letter_words, outlier_words, reliability_words
from pages.components.wording.count_words import listed
from schemas.policy.status_words import FIGURE

Row = dict[str, Any]
_LEGEND = (
    ("usual", "usual", "alike"), ("line", "usual", "all shown, together"),
    ("target", "usual", "95% limits"), ("limit", "usual", "outer limits"),
)  # fmt: skip
_OUTER = (
    "Outside the outer limits a partner differs. They allow for all partners and measures compared. "
    f"So chance alone marks anyone in at most {100 * shared_error.PEERS:g} of 100 releases."
)


def period(s: Situation) -> str:
    """Which figure and which year is compared."""
    return f"{s.indicator.title}, {figure_sentences.period(s.now)}." if s.now else ""


def own_changes(s: Situation) -> None:
    """Whose own figure changed, in a sentence."""
    st.html(cards.facts(outlier_words.own_changes(s.own_changes, page_state.shared_names(), s.indicator.kind)))


def funnels(s: Situation, found: Comparison) -> None:
    """A funnel for each kind of partner with its sentence and table, and who is compared with nobody."""
    assert s.now
    names = partner_intervals.names_with_own()
    if not found.funnels:
        page_frame.notice("Nothing to compare", outlier_words.together(found, names))
    else:
        st.html(cards.facts(outlier_words.together(found, names)))
        cards.legend(*partner_intervals.marks(s), *_LEGEND)
        for n, one in enumerate(found.funnels):
            _funnel(s, one, f"funnel_{s.indicator.id}_{n}")
        st.html(f'<p class="c-note">Left to right: {s.indicator.units} counted. {_OUTER}</p>')
        # One table of all, not one a kind: a file that is passed on must not tell which kind a letter belongs to.
        chart_numbers.behind(
            [(names[p], row) for p, row in found.rows.items()],
            f"{s.indicator.title} by partner",
            f"funnel_{s.indicator.id}",
        )
    hidden = [names[p] for p, r in found.rows.items() if r["suppressed"]]
    coverage_badges.foot(
        f"Hidden to protect privacy, so not compared: {listed(hidden)}." if hidden else "",
        coverage_badges.coverage(s, s.now["period_end"]),
    )


def _funnel(s: Situation, one: outliers.Funnel, key: str) -> None:
    names = partner_intervals.names_with_own()
    shown = [names[r["scope"]] for r in one.shown]
    page_frame.subsection(outlier_words.group(one))
    limits = outlier_words.limits(one, figure_words.scale_of(s.indicator))
    figure = figures.kept(lambda: funnel_figure.funnel(one, shown), key)
    figures.draw(figure, f"{outlier_words.group(one)}. {funnel_figure.in_words(one, shown)}", key)
    st.html(f'<p class="c-note">{escape(limits)}</p>')


def reliability(found: Comparison) -> None:
    """Each figure beside itself moved toward its kind, where enough partners of a kind report; else nothing."""
    names = partner_intervals.names_with_own()
    tables = [(outlier_words.group(f), rows) for f in found.funnels if (rows := reliability_words.rows(f, names))]
    if not tables:
        return
    page_frame.section("How reliable is a small partner's figure?", reliability_words.HOW)
    for title, rows in tables:
        page_frame.subsection(title)
        listing(reliability_words.COLUMNS, rows, f"Reliability: {title.lower()}")
    if len(tables) < len(found.funnels):
        st.html(f'<p class="c-note">{reliability_words.TOO_FEW}</p>')


def letters() -> None:
    """Which letters can be guessed: said to backbone staff of all, to a partner of its own."""
    if told := letter_words.guessed(page_state.guessable(), page_state.viewer()):
        page_frame.notice("A letter can be guessed", " ".join([*told, letter_words.ENDS]))


def beside_expected(s: Situation, found: Comparison) -> None:
    """Observed beside expected, for each partner that reports the indicator."""
    those, bands = kept_parts.kept(lambda: adjusted(s, found), "adjusted", s.indicator.id)
    names = partner_intervals.names_with_own()
    if not any(seen.ratio for seen in those.values()):
        why = sorted({expected_words.why_not(seen, bands) for seen in those.values()})
        st.html(f'<p class="c-note">{escape(next(iter(why), "No partner has sent ages"))}.</p>')
        return
    st.html(cards.facts(expected_words.together({names[p]: seen for p, seen in those.items()}, s.indicator)))
    rows = [expected_words.row(names[p], seen, s.indicator, bands) for p, seen in those.items()]
    listing(expected_words.COLUMNS, rows, "Observed and expected")
    st.html(f'<p class="c-note">{escape(expected_words.caveats(s.indicator))}</p>')


def adjusted(s: Situation, found: Comparison) -> tuple[dict[str, outliers.Adjusted], dict[str, str]]:
    """Partner -> its observed beside expected, of those with a figure; and the age bands with their words."""
    assert s.now
    rows = page_state.results(
        indicator=s.indicator.id, period_kind="year", period_end=s.now["period_end"], stratifier="age_band"
    ).to_dicts()
    by_scope: dict[str, list[Row]] = {}
    for row in rows:
        by_scope.setdefault(row["scope"], []).append(row)
    by_scope = outliers.in_same_groups("age_band", by_scope)
    known = {r["category"] for own in by_scope.values() for r in own}
    bands = {band: strata.category_label("age_band", band) for band in sorted(known)}
    seen = {}
    for partner, row in found.rows.items():
        if row["rate"] is not None:
            # Beside its own kind, and not the partnership: a pantry is no clinic, and there other returns count.
            peers = [r for p in among.by_scope for r in by_scope.get(p, [])] if (among := found.among(partner)) else []
            own = by_scope.get(partner, []) if peers else []
            seen[partner] = outliers.adjusted(row, own, outliers.added_up(peers), found.alarm)
    return seen, bands


def profile(partner_id: str, situations: list[Situation], found: dict[str, Comparison]) -> None:
    """One partner beside others of its kind in every indicator that it reports, each on a scale of its own."""
    name = partner_intervals.names_with_own()[partner_id]
    own = [
        (s, seen.rows[partner_id], seen)
        for s in situations
        if (seen := found.get(s.indicator.id)) and partner_id in seen.rows
    ]
    if not own:
        page_frame.notice(f"{name} has no figure yet", "Its figures appear here with its first accepted file.")
        return
    stands = [(s.indicator.title, seen.stand(partner_id) or "unknown") for s, _, seen in own]
    st.html(cards.facts(outlier_words.profile(name, stands)))
    partner_intervals.legend()
    with st.grid(3, min_column_width=300, gap=20, key="profile"):
        for s, row, seen in own:
            with st.container(border=True, height="stretch", gap="xsmall", key=f"profiled_{s.indicator.id}"):
                page_frame.subsection(s.indicator.title)
                _profiled(name, s, row, seen, partner_id)
    absent = [f"“{s.indicator.title}”" for s in situations if s.indicator.id not in {o.indicator.id for o, _, _ in own}]
    if absent:
        st.html(f'<p class="c-note">{escape(name)} does not report {escape(listed(absent))}.</p>')
    if partner_id == page_state.viewer().partner_id:
        st.html(partner_intervals.OWN_NOTE)
    chart_numbers.behind([(s.indicator.title, row) for s, row, _ in own], "One partner in every measure", "profile")


def _profiled(name: str, s: Situation, row: Row, seen: Comparison, partner_id: str) -> None:
    center, key = partner_intervals.centers(seen, partner_id), f"profile_{s.indicator.id}"
    token = figures.TOKEN[seen.stand(partner_id) or "unknown"]
    lines = figures.whole_and_target(partner_intervals.partner_target(s), None)
    figure = figures.kept(lambda: interval_figure.dots([(name, row, token)], lines, [center]), key, partner_id)
    sentences = kept_parts.kept(lambda: _beside_words(row, s, center, seen.alarm), f"{key}_words", partner_id)
    figures.draw(figure, f"{name}: {sentences}", key)
    st.html(cards.facts(sentences))


def _beside_words(row: Row, s: Situation, center: float | None, alarm: float) -> str:
    if row["rate"] is None:
        return f"{FIGURE['hidden' if row['suppressed'] else 'not known']}."
    scale = figure_words.scale_of(s.indicator)
    rest = [f"{scale.value(center)} for all of its kind together"] if center is not None else ["no partner to compare"]
    goal = partner_intervals.partner_target(s)
    rest += [f"target {scale.value(goal)}"] if goal is not None else []
    sentences = "; ".join(
        part for part in (f"{figure_sentences.figure(row)} ({figure_sentences.interval(row)})", ", ".join(rest)) if part
    )
    return f"{sentences}. {_expected(row, s, alarm)}{partner_intervals.meaning(s)}".rstrip()


def _expected(row: Row, s: Situation, alarm: float) -> str:
    """Beside the probabilities that the partner sent, where it did."""
    if row.get("expected") is None:
        return ""
    seen = outliers.adjusted(row, [], [], alarm)
    return f"{expected_words.of_one(seen, s.indicator)} " if seen.ratio else ""
