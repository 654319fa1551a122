"""Two groupings at once: a table of groups by groups, each cell with its sign and words."""

from html import escape
from typing import Any

import streamlit as st

from metrics.counting import strata
from metrics.counting.strata import PAIRS
from metrics.judging import group_gaps
from pages.components.layout import cards, page_frame
from pages.components.sections.equity_sections import Figures
from pages.components.tables import chart_numbers
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import many

Row = dict[str, Any]
_SIGN = {"better": "better", "worse": "worse", "alike": "usual", "unknown": "usual"}


def both(f: Figures) -> None:
    """A table for each pair of groupings that the chosen one is part of, where anything of it may be shown."""
    # By age nobody is left behind: what differs by it is not unfair.
    found = {p: f.rows(p) for p in PAIRS if f.stratifier in PAIRS[p] and "age_band" not in PAIRS[p]}
    if found and not any(found.values()):
        st.html('<p class="c-note">Two groupings at once are published only for the newest complete year.</p>')
    for pair, rows in found.items():
        if not any(r["rate"] is not None for r in rows):
            continue
        first, second = PAIRS[pair]
        title = strata.stratum_title(pair)
        page_frame.section(
            f"{title}: who is left behind twice?",
            "A sign compares the people in a cell with everyone. Small cells, and cells that would reveal them, are "
            f"hidden.{f' In {f.label.scale.unit}.' if f.label.scale.unit else ''}",
        )
        cards.legend(
            ("better", "better", "better than everyone together"), ("worse", "worse", "worse"),
            ("usual", "usual", "alike"), ("open", "usual", "few people: not judged"),
            ("hidden", "usual", "hidden"),
        )  # fmt: skip
        st.html(_table(f, rows, first, second, title))
        chart_numbers.behind(
            [(strata.category_label(pair, r["category"]), r) for r in rows if r["denominator"] != 0],
            f"{f.s.indicator.title}: {title}", f"both_{f.s.indicator.id}_{pair.replace('*', '_')}",
        )  # fmt: skip


def _table(f: Figures, rows: list[Row], first: str, second: str, title: str) -> str:
    cells = {tuple(r["category"].split("*")): r for r in rows}
    among = sum(r["rate"] is not None and not r["unreliable"] for r in rows)
    across = _order(rows, 1)
    down = _order(rows, 0)
    corner = f'<th scope="col">{escape(strata.stratum_title(first))}</th>'
    head = corner + "".join(f'<th scope="col">{escape(strata.category_label(second, c))}</th>' for c in across)
    body = "".join(
        f'<tr><th scope="row">{escape(strata.category_label(first, d))}</th>'
        f"{''.join(_cell(f, cells.get((d, a)), among) for a in across)}</tr>"
        for d in down
    )
    left = len({r["category"].split("*")[1] for r in rows}) - len(across)
    note = (
        f'<p class="c-note">{many(left, "more column")} hold{"s" if left == 1 else ""} hidden cells only.</p>'
        if left
        else ""
    )
    return (
        f'<div class="c-scroll" role="region" tabindex="0" aria-label="{escape(title)}">'
        f'<table class="x-both"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}'
    )


def _order(rows: list[Row], place: int) -> list[str]:
    """The groups of one side that have a shown cell, the larger first, the unknown last."""
    people: dict[str, int] = {}
    for r in rows:
        if r["rate"] is not None:
            name = r["category"].split("*")[place]
            people[name] = people.get(name, 0) + r["denominator"]
    return sorted(people, key=lambda name: (name in group_gaps.NO_GROUP, -people[name]))


def _cell(f: Figures, row: Row | None, among: int) -> str:
    if row is None or row["denominator"] == 0:
        return '<td class="x-nobody">nobody</td>'
    if row["rate"] is None:
        return '<td class="c-hidden">hidden</td>'
    few = row["unreliable"]
    if few:
        stand, sign = "few people, not judged", cards.mark("open", "usual")
    else:
        stand = group_gaps.beside(row, f.s.whole, f.s.indicator.better, among)
        sign = cards.mark(_SIGN[stand], _SIGN[stand])
    text = f"{figure_sentences.figure(row)}, {figure_sentences.interval(row)}, {figure_sentences.counted(row)}: {stand}"
    return (
        f'<td title="{escape(text)}">{sign} <b>{figure_sentences.figure(row).removesuffix(f.label.scale.unit)}</b>'
        f'<span class="x-n">of {row["denominator"]:,}{", few" if few else ""}</span></td>'
    )
