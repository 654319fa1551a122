"""Blocks that several pages show: partners side by side, groups side by side, what a figure rests on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from data.ledger.store import Store
from metrics.counting import strata
from metrics.indicators import indicators
from metrics.judging import figure_words, indicator_facts
from metrics.judging import group_gaps as fairness
from metrics.judging import outliers as apart
from metrics.judging.indicator_facts import Situation
from pages.components.charts import figures
from pages.components.charts.figures import Line
from pages.components.layout import cards, page_frame, page_state
from pages.components.tables import chart_numbers
from pages.components.tables.plain_table import listing
from pages.components.wording import figure_sentences, outlier_words
from pages.components.wording.count_words import day, listed, many
from workflow import reading

Row = dict[str, Any]
TOKEN = {
    "better": "better", "worse": "worse", "alike": "usual", "unknown": "usual", "perhaps better": "maybe better",
    "perhaps worse": "maybe worse",
}  # fmt: skip
BARS = (
    "A bar is the 95% interval, in which a partner's true figure probably lies. The dotted line is all these partners "
    "taken together: not the partnership's figure, in which a person of several partners counts once and a return to "
    "any hospital counts. Who stands apart is judged by what chance alone could do; the order ranks nobody."
)
OWN_NOTE = '<p class="c-note">Your own figures are exact; others do not see small ones: do not pass them on.</p>'
_LAST_GROUPS = ("other", "declined", "unknown", "not_reported")


def situations() -> list[Situation]:
    """Every indicator's situation, from results that the viewer may see; cached by release and viewer."""
    shown, who, store = page_state.release(), page_state.viewer(), page_state.store()
    return _situations(store, str(store.folder), shown.number if shown else 0, who.role, who.partner_id)


@st.cache_resource(show_spinner=False, max_entries=100)  # never changed by anyone, so it need not be copied
def _situations(_store: Store, folder: str, number: int, role: str, partner_id: str | None) -> list[Situation]:
    results = page_state.results(scope="partnership", stratifier="all")
    return [indicator_facts.situation(i, results, _store.partnership) for i in indicators().values()]


@dataclass(frozen=True)
class Widest:
    """The widest gap of an indicator, and in which grouping."""

    situation: Situation
    stratifier: str
    gap: fairness.Gap

    @property
    def beside_figure(self) -> float:
        """What the gap surely is, as a share of the partnership's figure: so that points and mmHg can be ranked."""
        now = self.situation.now
        return self.gap.size[1] / now["rate"] if now and now["rate"] else 0.0


def gaps(situations: Sequence[Situation]) -> list[Widest]:
    """The widest real gap of each indicator that has one."""
    found = []
    known = [s for s in situations if s.now and s.now["rate"] is not None]
    for s in known:
        if s.now:
            rows = page_state.results(
                indicator=s.indicator.id, scope="partnership", period_kind="year", period_end=s.now["period_end"]
            )
            if widest := fairness.foremost(rows.to_dicts(), s.indicator.better, len(known)):
                found.append(Widest(s, *widest))
    return found


def names_with_own() -> dict[str, str]:
    """Partner id -> name as the viewer may see it, its own marked."""
    own = page_state.viewer().partner_id
    return {p: f"{name} (you)" if p == own else name for p, name in page_state.partner_names().items()}


def standing(s: Situation) -> str:
    """Badges: whose data the figure holds, what is provisional, what is counted twice."""
    if s.now is None:
        return ""
    parts = [cards.coverage(s, page_state.coverage(s.indicator.id, s.now["period_end"]), page_state.partner_names())]
    if s.now["provisional"]:
        parts.append(cards.badge("Provisional: data still to come", "provisional", "open"))
    if s.newer is not None:
        newer = figure_sentences.upper_first(figure_sentences.period(s.newer))
        so_far = f"{newer} so far: {figure_sentences.figure(s.newer)}"
        parts.append(cards.badge(f"{so_far}{_awaited(s, s.newer)}", "provisional", "open"))
    if s.now["counts_only_partners"]:
        told = f"Includes totals from {many(s.now['counts_only_partners'], 'partner')}: people may be counted twice"
        parts.append(cards.badge(told, "usual"))
    if s.now["unreliable"] and not s.now["suppressed"]:
        parts.append(cards.badge("Few people: unreliable", "late"))
    return cards.badges(*parts)


def _awaited(s: Situation, row: Row) -> str:
    """What a provisional figure waits for: the end of its follow-up, or the partners that are late."""
    closes = row["period_end"] + dt.timedelta(days=s.indicator.run_out_days)
    if s.indicator.run_out_days and reading.today(page_state.store().partnership) <= closes:
        return f", follow-up ends {day(closes)}"
    names = page_state.partner_names()
    late = [names.get(p, p) for p in page_state.coverage(s.indicator.id, row["period_end"]).late]
    return f", {listed(late)} to come" if late else ""


def month_coverage(s: Situation) -> str:
    """A badge: whose data the latest month of the control chart holds."""
    if s.signal is None:
        return ""
    last = s.signal.months[-1]["period_end"]
    return held(s, last, "month", figure_sentences.month(last))


def held(s: Situation, period_end: dt.date, kind: str = "year", when: str = "") -> str:
    """A badge: whose data a chart holds, and how much of the denominator."""
    seen = page_state.coverage(s.indicator.id, period_end, kind)
    return cards.badges(cards.coverage(s, seen, page_state.partner_names(), when)) if seen.expected else ""


def below(note: str, badges: str = "") -> None:
    """What stands below a chart: a note, as plain text, and badges; either may be nothing."""
    if note or badges:
        st.html((f'<p class="c-note">{escape(note)}</p>' if note else "") + badges)


def behind(s: Situation) -> None:
    """The numbers behind an indicator's control chart and its official figure."""
    months = s.signal.months if s.signal else []
    chart_numbers.behind(
        [("Partnership", r) for r in [*reversed(s.years), *reversed(months)]],
        f"{s.indicator.title}: rolling 12 months, and plain months", f"{s.indicator.id}_over_time",
    )  # fmt: skip


def official(s: Situation, key: str, *, height: int, small: bool = False) -> None:
    """The official figure over time; in its place a word when none of it may be shown."""
    if not any(y["rate"] is not None for y in s.years):
        page_frame.nothing_shown()
        return
    lines = [Line(s.target, "target")] if s.target is not None else []
    figure = figures.kept(
        lambda: figures.trend(s.years, lines, height=height, small=small), "years", s.indicator.id, small
    )
    figures.draw(figure, trend_text(s), key)


def trend_text(s: Situation) -> str:
    """The official figure over time in words."""
    rows, scale = [y for y in s.years if y["rate"] is not None], figure_words.scale_of(s.indicator)
    first, last = rows[0], rows[-1]
    return (
        f"{s.indicator.title}, {len(rows)} points: from {scale.value(first['rate'])} "
        f"in the {figure_sentences.period(first)} to {scale.value(last['rate'])} "
        f"in the {figure_sentences.period(last)}."
        + (f" Target {scale.value(s.target)}." if s.target is not None else "")
    )


def partner_legend(s: Situation | None = None) -> None:
    """What the marks of `partners` mean; with the target's value for one indicator."""
    goal = partner_target(s) if s else None
    target = (
        "target"
        if s is None
        else f"target {figure_words.scale_of(s.indicator).value(goal)}"
        if goal is not None
        else ""
    )
    cards.legend(
        ("better", "better", "stands apart for the better"), ("worse", "worse", "for the worse"),
        ("better", "usual", "may stand apart"), ("usual", "usual", "alike"),
        ("open", "usual", "provisional or few people"), ("hidden", "usual", "hidden"),
        ("line", "usual", "all partners together"), *([("target", "target", target)] if target else []),
    )  # fmt: skip


def partners(
    s: Situation, results: pl.DataFrame, key: str, period_end: dt.date | None = None, *, titled: bool = True
) -> None:
    """The figure of every partner that reports, with its interval, beside all of them together and the target.

    Who stands apart is said by the funnel's limits, here as on the Partners page.
    """
    assert s.now is not None
    end = period_end or s.now["period_end"]
    names, by_scope = names_with_own(), partner_rows(s, results, end)
    if titled:
        page_frame.subsection(s.indicator.title)
    if not by_scope:
        st.html('<p class="c-note">No partner reports this for the period.</p>')
        return
    funnel = apart.partner_funnel(by_scope.values(), s.indicator.better)
    told = outlier_words.together(funnel, names)
    drawn = [(names[p], row, TOKEN[stand(funnel, p)]) for p, row in by_scope.items()]
    ends = figure_sentences.extremes([(name, row) for name, row, _ in drawn])
    lines = reference_lines(partner_target(s), funnel.centre if funnel else None)
    figure = figures.kept(lambda: figures.dots(drawn, lines), "partners", s.indicator.id, end)
    figures.draw(figure, f"{s.indicator.title} by partner. {ends} {told}".strip(), f"{key}_partners_{s.indicator.id}")
    when = f"{figure_sentences.upper_first(figure_sentences.period(next(iter(by_scope.values()))))}: " if titled else ""
    st.html(
        cards.facts(f"{when}{told}")
        + cards.facts(meaning(s))
        + _absent([names[p] for p in names if p not in by_scope])
        + _own_note(page_state.viewer().partner_id, by_scope)
        + held(s, end)
    )
    chart_numbers.behind(
        [(names[p], row) for p, row in by_scope.items()],
        f"{s.indicator.title} by partner", f"{key}_{s.indicator.id}_partners",
    )  # fmt: skip


def partner_rows(s: Situation, results: pl.DataFrame, end: dt.date) -> dict[str, Row]:
    """Partner id -> its row of an indicator and year, in the order of the names."""
    rows = results.filter((pl.col("indicator") == s.indicator.id) & (pl.col("period_end") == end)).to_dicts()
    by_scope = {r["scope"]: r for r in rows}
    return {p: by_scope[p] for p in page_state.partner_names() if p in by_scope}


def stand(funnel: apart.Funnel | None, partner_id: str) -> str:
    """Where a partner stands among the others; unknown without a figure, or without others."""
    return funnel.by_scope.get(partner_id, "unknown") if funnel else "unknown"


def _absent(names: list[str]) -> str:
    verb = "do not" if len(names) > 1 else "does not"
    return f'<p class="c-note">{escape(listed(names))} {verb} report this.</p>' if names else ""


def _own_note(own: str | None, by_scope: dict[str, Row]) -> str:
    """A partner sees its own small counts; it should know that nobody else does."""
    return OWN_NOTE if own in by_scope else ""


def partner_target(s: Situation) -> float | None:
    """The target, where a partner's figure can be held against it."""
    return None if s.indicator.partner_means else s.target


def meaning(s: Situation) -> str:
    """What a partner's figure says, where it is not the partnership's in small; else empty."""
    if not s.indicator.partner_means:
        return ""
    return f"A partner's figure counts {s.indicator.partner_means}, so the target is not drawn here."


def reference_lines(target: float | None, whole: float | None) -> list[Line]:
    """The target and the figure of all together, where there are such."""
    lines = [Line(target, "target")] if target is not None else []
    return lines + ([Line(whole, "usual")] if whole is not None else [])


def stratifiers(s: Situation) -> list[str]:
    """The groupings of an indicator that the release holds, in the order of the definitions."""
    assert s.now is not None
    rows = page_state.results(indicator=s.indicator.id, scope="partnership", period_kind="year")
    found = set(rows["stratifier"]) - {"all", "exclusion"}
    order = ["race_ethnicity", "sex", "age_band", "language", "payer", "county_fips", "zip", *s.indicator.own_strata]
    return [name for name in order if name in found]


def group_legend(s: Situation, ring: str = "", bar: str = "95% interval") -> None:
    """What the marks of groups mean; `ring`: what an open mark is."""
    goal = figure_words.scale_of(s.indicator).value(s.target)
    cards.legend(
        ("better", "better", "better than everyone together"), ("worse", "worse", "worse"), ("usual", "usual", "alike"),
        *([("open", "usual", ring)] if ring else []), ("bar", "usual", bar), ("hidden", "usual", "hidden"),
        ("line", "usual", "everyone together"),
        *([("target", "target", f"target {goal}")] if s.target is not None else []),
    )  # fmt: skip


def groups(s: Situation, stratifier: str, period_end: dt.date, key: str) -> None:
    """Every group's rate with its interval, beside the whole; and how many people's group is not known."""
    rows = page_state.results(
        indicator=s.indicator.id, scope="partnership", period_kind="year", period_end=period_end,
        stratifier=[stratifier, "all"],
    ).to_dicts()  # fmt: skip
    whole = next((r for r in rows if r["stratifier"] == "all"), None)
    mine = sorted((r for r in rows if r["stratifier"] == stratifier), key=lambda r: group_order(r, s.indicator.better))
    if not any(r["denominator"] != 0 for r in mine):
        page_frame.notice("No groups to compare", "No partner has sent this for the people who count here.")
        return
    drawn = [
        (
            strata.category_label(stratifier, r["category"]),
            r,
            TOKEN[indicator_facts.beside(r, whole, s.indicator.better)],
        )
        for r in mine
        if r["denominator"] != 0
    ]
    title = strata.stratum_title(stratifier, s.indicator.own_strata)
    group_legend(s, "provisional or few people")
    ends = figure_sentences.extremes([(name, row) for name, row, _ in drawn])
    lines = reference_lines(s.target, whole["rate"] if whole else None)
    figure = figures.kept(lambda: figures.dots(drawn, lines), "groups", s.indicator.id, stratifier, period_end)
    figures.draw(
        figure, f"{s.indicator.title} by {title.lower()}. {ends}", f"{key}_groups_{s.indicator.id}_{stratifier}"
    )
    below(unknown(mine, whole), held(s, period_end))
    chart_numbers.behind(
        [(name, r) for name, r, _ in drawn], f"{s.indicator.title} by {title.lower()}",
        f"{key}_{s.indicator.id}_{stratifier}",
    )  # fmt: skip


def group_order(row: Row, better: str) -> tuple[int, bool, float, str]:
    """Those left furthest behind first, hidden ones after them, the unknown last; ages in their own order."""
    place = _LAST_GROUPS.index(row["category"]) + 1 if row["category"] in _LAST_GROUPS else 0
    if row["stratifier"] == "age_band" or row["rate"] is None:
        return place, row["stratifier"] != "age_band", 0, row["category"]
    return place, False, row["rate"] if better == "higher" else -row["rate"], row["category"]


def unknown(rows: list[Row], whole: Row | None) -> str:
    """How complete the grouping is."""
    blank = [r["denominator"] or 0 for r in rows if r["category"] in ("not_reported", "unknown", "declined")]
    if not whole or not whole["denominator"] or not sum(blank):
        return ""
    return f"For {sum(blank) / whole['denominator']:.1%} the group is not reported, unknown or declined."


def exclusions(s: Situation, row: Row) -> None:
    """Who was left out of one year's figure, and why."""
    rows = page_state.results(
        indicator=s.indicator.id, scope="partnership", period_kind="year", period_end=row["period_end"],
        stratifier="exclusion",
    ).to_dicts()  # fmt: skip
    if not rows:
        return
    told = [
        [s.indicator.exclusions.get(r["category"], r["category"]), "hidden" if r["suppressed"] else r["denominator"]]
        for r in sorted(rows, key=lambda r: -(r["denominator"] or 0))
    ]
    page_frame.subsection(f"Left out in the {figure_sentences.period(row)}")
    listing(("Reason", s.indicator.units.capitalize()), told, "Left out, by reason")
