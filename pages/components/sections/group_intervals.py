"""Groups side by side, each figure with its interval, beside everyone together; and the widest gap."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from metrics.counting import strata
from metrics.grouping.pooled_years import KIND
from metrics.judging import figure_words, group_changes, group_gaps
from metrics.judging.indicator_facts import Situation
from pages.components.charts import figures, interval_figure
from pages.components.layout import cards, page_frame, page_state
from pages.components.sections import coverage_badges
from pages.components.tables import chart_numbers
from pages.components.wording import figure_sentences

Row = dict[str, Any]
_LAST_GROUPS = ("other", "declined", "unknown", "not_reported")


@dataclass(frozen=True)
class Widest:
    """The widest gap of an indicator, and in which grouping."""

    situation: Situation
    stratifier: str
    judged: group_changes.JudgedGap

    @property
    def beside_figure(self) -> float:
        """What the gap surely is, as a share of the partnership's figure: so that points and mmHg can be ranked."""
        now = self.situation.now
        return self.judged.gap.size[1] / now["rate"] if now and now["rate"] else 0.0


def gaps(situations: Sequence[Situation]) -> list[Widest]:
    """The main gap of each of these indicators that has one."""
    by_id = {s.indicator.id: s for s in situations}
    judged = [g for g in page_state.judged_groups() if g.indicator in by_id]
    return [Widest(by_id[g.indicator], g.stratifier, g.gap) for g in judged if g.main and g.gap]


def stratifiers(s: Situation) -> list[str]:
    """The groupings of an indicator that the release holds, in the order of the definitions."""
    assert s.now is not None
    rows = page_state.results(indicator=s.indicator.id, scope="partnership", period_kind=["year", KIND])
    found = set(rows["stratifier"]) - {"all", "exclusion"}
    order = ["race_ethnicity", "sex", "age_band", "language", "payer", "county_fips", "zip", *s.indicator.own_strata]
    return [name for name in order if name in found]


def legend(s: Situation, ring: str = "", bar: str = "95% range") -> None:
    """What the marks of groups mean; `ring`: what an open mark is."""
    goal = figure_words.scale_of(s.indicator).value(s.target)
    cards.legend(
        ("better", "better", "better than everyone together"), ("worse", "worse", "worse"), ("usual", "usual", "alike"),
        *([("open", "usual", ring)] if ring else []), ("bar", "usual", bar), ("hidden", "usual", "hidden"),
        ("line", "usual", "everyone together"),
        *([("target", "target", f"target {goal}")] if s.target is not None else []),
    )  # fmt: skip


def draw(s: Situation, stratifier: str, period_end: dt.date, key: str) -> None:
    """Every group's rate with its interval, beside the whole; and how many people's group is not known."""
    mine, whole = rows_of(s, stratifier, period_end)
    drawn = told(s, stratifier, mine, whole)
    if not drawn:
        page_frame.notice("No groups to compare", "No partner has sent this for the people who count here.")
        return
    title = strata.stratum_title(stratifier, s.indicator.own_strata)
    legend(s, "provisional or few people")
    ends = figure_sentences.extremes([(name, row) for name, row, _ in drawn])
    lines = figures.whole_and_target(s.target, whole["rate"] if whole else None)
    figure = figures.kept(lambda: interval_figure.dots(drawn, lines), "groups", s.indicator.id, stratifier, period_end)
    figures.draw(
        figure, f"{s.indicator.title} by {title.lower()}. {ends}", f"{key}_groups_{s.indicator.id}_{stratifier}"
    )
    coverage_badges.foot(completeness(mine, whole), coverage_badges.coverage(s, period_end))
    chart_numbers.behind(
        [(name, r) for name, r, _ in drawn], f"{s.indicator.title} by {title.lower()}",
        f"{key}_{s.indicator.id}_{stratifier}",
    )  # fmt: skip


def rows_of(s: Situation, stratifier: str, period_end: dt.date) -> tuple[list[Row], Row | None]:
    """The groups of one grouping, those left furthest behind first, and the row that they add up to: people once at
    each partner, where the year's figure counts everyone once."""
    rows = page_state.results(
        indicator=s.indicator.id, scope="partnership", period_kind="year", period_end=period_end,
        stratifier=[stratifier, strata.ALL, strata.AT_EACH],
    ).to_dicts()  # fmt: skip
    whole = next((r for by in (strata.AT_EACH, strata.ALL) for r in rows if r["stratifier"] == by), None)
    mine = sorted((r for r in rows if r["stratifier"] == stratifier), key=lambda r: order(r, s.indicator.better))
    return mine, whole


def told(s: Situation, stratifier: str, rows: Sequence[Row], whole: Row | None) -> list[tuple[str, Row, str]]:
    """The groups that have somebody in them: name, row, and what its mark means (see `figures.TOKEN`)."""
    among = len(group_gaps.groups(rows))
    return [
        (
            strata.category_label(stratifier, r["category"]),
            r,
            figures.TOKEN[group_gaps.beside(r, whole, s.indicator.better, among)],
        )
        for r in rows
        if r["denominator"] != 0
    ]


def order(row: Row, better: str) -> tuple[int, bool, float, str]:
    """Those left furthest behind first, hidden ones after them, the unknown last; ages in their own order."""
    place = _LAST_GROUPS.index(row["category"]) + 1 if row["category"] in _LAST_GROUPS else 0
    if row["stratifier"] == "age_band" or row["rate"] is None:
        return place, row["stratifier"] != "age_band", 0, row["category"]
    return place, False, row["rate"] if better == "higher" else -row["rate"], row["category"]


def completeness(rows: list[Row], whole: Row | None) -> str:
    """How complete the grouping is; where its groups count people otherwise than the year's figure, that they do."""
    if not whole or not whole["denominator"]:
        return ""
    blank = sum(r["denominator"] or 0 for r in rows if r["category"] in ("not_reported", "unknown", "declined"))
    part = f"For {blank / whole['denominator']:.1%} the group is not reported, unknown or declined." if blank else ""
    once = "In groups, a person counts once at each partner." if whole["stratifier"] == strata.AT_EACH else ""
    return " ".join(filter(None, [part, once]))
