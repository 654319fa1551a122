"""The sections of the year ahead."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from data.reporting.reporting_calendar import Entry
from metrics.counting import strata
from metrics.judging.heading import year_ahead
from metrics.judging.heading.year_ahead import Ahead, Tried
from metrics.judging.indicator_facts import Situation
from pages.components.charts import figures, interval_figure
from pages.components.heading import ahead_words
from pages.components.layout import cards, kept_parts, page_frame, page_state
from pages.components.tables.plain_table import listing
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.viewer import EVERYONE
from workflow import reading

Row = dict[str, Any]
_LOOKS = {"off course": "worse", "on course": "better"}
_DRAWN = 12


def rows_of(s: Situation) -> list[Row]:
    """Published years of the partnership by group, as everyone sees them."""
    return page_state.results(
        EVERYONE, indicator=s.indicator.id, scope="partnership", period_kind="year",
        stratifier=list(year_ahead.GROUPINGS),
    ).to_dicts()  # fmt: skip


def all_ahead() -> tuple[dict[str, list[Ahead]], dict[str, Tried]]:
    """Of each measure with a figure where its places and groups are heading, and how such forecasts came out; the same
    for everyone."""
    return kept_parts.kept(_all_ahead, "ahead")


def _all_ahead() -> tuple[dict[str, list[Ahead]], dict[str, Tried]]:
    known = {s.indicator.id: s for s in page_state.situations() if s.now}
    rows = {name: rows_of(s) for name, s in known.items()}
    return (
        {name: year_ahead.heading(s, rows[name]) for name, s in known.items()},
        {name: year_ahead.back_test(s, rows[name]) for name, s in known.items()},
    )


def draw(s: Situation, those: Sequence[Ahead], came: Tried) -> None:
    """A measure's places and groups: the first as a picture, all as a table."""
    page_frame.section(
        "Where are groups and places heading?", f"{s.indicator.title}. {ahead_words.NO_TREND} {ahead_words.CHANCE}"
    )
    if not those:
        page_frame.notice("No forecast", ahead_words.why_none(came))
        return
    shown = [(ahead_words.name(one), _drawn(one), _LOOKS.get(one.outlook or "", "usual")) for one in those[:_DRAWN]]
    cards.legend(*ahead_words.legend(those, s))
    figure = interval_figure.dots(shown, figures.whole_and_target(s.target, None))
    told = "; ".join(f"{name} {row['low']:.0%} to {row['high']:.0%}" for name, row, _ in shown[:3]) if _rate(s) else ""
    figures.draw(figure, f"{s.indicator.title}, next year by group or place. {told}", f"ahead_{s.indicator.id}")
    if len(those) > _DRAWN:
        st.html(f'<p class="c-note">{ahead_words.first_of(_DRAWN, len(those))}</p>')
    with st.expander("See these numbers as a table"):
        listing(ahead_words.HEADS, [ahead_words.row(one, s) for one in those], "The year ahead")


def _rate(s: Situation) -> bool:
    return s.indicator.statistic == "rate"


def _drawn(one: Ahead) -> Row:
    """As rows of results are drawn: the dot is the year of now, the bar where the next is expected."""
    _, low, high = one.expected
    return one.row | {"low": low, "high": high, "bar": "next year"}


def tried(found: Mapping[str, Tried], titles: Mapping[str, str]) -> None:
    """The forecasts of earlier years."""
    page_frame.section("How did such forecasts do in earlier years?", ahead_words.TRIED)
    st.html(f'<p class="c-fact">{escape(ahead_words.verdict(found))}</p>')
    if rows := ahead_words.tried(found, titles):
        listing(ahead_words.TRIED_HEADS, rows, "Forecasts of earlier years")


def files(s: Situation) -> None:
    """Which partners' files the measure waits for."""
    page_frame.section("Whose files does the measure wait for?", ahead_words.FILES)
    entries = reading.read_calendar(page_state.store(), page_state.viewer())
    late = ahead_words.threats(entries, s.indicator.main, page_state.store().partnership.day)
    if not late:
        page_frame.notice(ahead_words.NOTHING_LATE, "The Reporting calendar shows what is owed next.")
        return
    names, parts = page_state.names_now(), _shares(s)
    rows = [ahead_words.file_row(e, names.get(e.partner_id, e.partner_id), _file(e), parts.get(e.partner_id))
            for e in sorted(late, key=lambda e: -(parts.get(e.partner_id) or 0))]  # fmt: skip
    listing(ahead_words.FILE_HEADS, rows, "Files to come")


def _file(one: Entry) -> str:
    return DATASETS[one.dataset].title


def _shares(s: Situation) -> dict[str, float]:
    """Partner -> its part of those counted in the measure's latest year, where everyone may see it."""
    if s.now is None:
        return {}
    rows = page_state.results(EVERYONE, indicator=s.indicator.id, stratifier=strata.ALL, period_kind="year",
                              period_end=s.now["period_end"]).to_dicts()  # fmt: skip
    people = {r["scope"]: r["denominator"] for r in rows if r["scope"] != "partnership" and r["denominator"]}
    whole = sum(people.values())
    return {partner: n / whole for partner, n in people.items()} if whole else {}
