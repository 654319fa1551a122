"""Findings as people act on them: grouped by cause, worst first, each with how to mend it."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl
import streamlit as st

from pages.components.hints import hint
from pages.components.listing import listing
from pages.components.phrases import many
from schemas.datasets import Dataset
from schemas.rules import Rule, Severity

MOST_SHOWN = 200
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Look:
    """How a severity is shown: its words, colour and icon."""

    words: str
    color: str
    icon: str


LOOKS: dict[Severity, Look] = {
    "stops": Look("Stops the file", "red", "block"),
    "blocks": Look("Blocks the row", "orange", "do_not_disturb_on"),
    "check": Look("Check", "yellow", "help"),
    "information": Look("For information", "gray", "info"),
}


@dataclass(frozen=True)
class Group:
    """All findings of one rule. `cells`: row, column, value."""

    rule: Rule
    cells: pl.DataFrame

    @property
    def look(self) -> Look:
        """How they are shown."""
        return LOOKS[self.rule.severity]


def groups(table: pl.DataFrame, rules: Mapping[str, Rule]) -> list[Group]:
    """Findings (rule, row, column, value) by cause, worst first, then the most frequent.

    `rules`: the catalogue, with the limits in force in its words.
    """
    found = [Group(rules[str(rule)], cells) for (rule,), cells in table.group_by("rule")]
    return sorted(found, key=lambda g: (g.rule.order, -len(g.cells), g.rule.id))


def findings_file(table: pl.DataFrame, rules: Mapping[str, Rule]) -> bytes:
    """The findings as CSV: rule, row, column, message.

    Without the values, so that it can be passed on. Formula-safe, since a column's name comes from the file.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["rule", "row", "column", "message"])
    for name, row, column, _ in table.iter_rows():
        rule = rules[name]
        writer.writerow([rule.id, row, safe(column or ""), f"{rule.title}. {rule.mend}"])
    return text.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def matching(found: list[Group], text: str) -> list[Group]:
    """The findings that have the text in their words, column or value, or whose row it is."""
    looked_for = text.strip().casefold()
    if not looked_for:
        return found
    return [g for group in found if len((g := _holding(group, looked_for)).cells)]


def _holding(group: Group, text: str) -> Group:
    if text in group.rule.title.casefold():
        return group
    words = [pl.col(c).fill_null("").str.to_lowercase().str.contains(text, literal=True) for c in ("column", "value")]
    return Group(group.rule, group.cells.filter((pl.col("row").cast(pl.String) == text) | words[0] | words[1]))


def summary(found: list[Group]) -> None:
    """One line for each rule and column."""
    rows = [
        (group.look.words, group.rule.title, str(column or "whole row"), int(cells))
        for group in found
        for column, cells in group.cells.group_by("column").len().sort("len", descending=True).iter_rows()
    ]
    listing(["", "What", "Column", "Times"], rows, "Findings in summary")


def by_row(found: list[Group]) -> None:
    """All that was found in a row together, in the order of the file."""
    lines = sorted(
        (
            (row or 0, column or "whole row", value if value is not None else _unsaid(g.rule), g)
            for g in found
            for row, column, value in g.cells.select("row", "column", "value").head(MOST_SHOWN).iter_rows()
        ),
        key=lambda line: (line[0], line[3].rule.order, line[1]),
    )[:MOST_SHOWN]
    rows = [
        (
            str(row) if row and (n == 0 or lines[n - 1][0] != row) else "" if row else "all",
            column,
            value,
            g.rule.title,
            g.rule.mend,
        )
        for n, (row, column, value, g) in enumerate(lines)
    ]
    listing(["Row", "Column", "In your file", "What is wrong", "How to mend it"], rows, "Findings by row")
    if sum(len(g.cells) for g in found) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN}; all are in the download.")


def draw(
    found: list[Group],
    dataset: Dataset,
    notes: dict[tuple[str, str | None], str],
    above: Callable[[Group], None] = lambda group: None,
) -> None:
    """One expander for each cause, with what `above` puts over its cells; the first that must be mended is open."""
    for place, group in enumerate(found):
        look = group.look
        badge = f":{look.color}-badge[:material/{look.icon}: {look.words}]"
        label = f"{badge} **{group.rule.title}** · {many(len(group.cells), 'cell' if _in_cells(group) else 'row')}"
        with st.expander(label, expanded=place == 0, key=f"finding_{group.rule.id}"):
            st.markdown(f"**How to mend it:** {group.rule.mend}")
            for note in _notes(group.rule, notes):
                st.text(note)
            above(group)
            _cells(group, dataset)


def _in_cells(group: Group) -> bool:
    return bool(group.cells["column"].is_not_null().any())


def _notes(rule: Rule, notes: dict[tuple[str, str | None], str]) -> list[str]:
    return [note for (name, _), note in notes.items() if name == rule.id]


def _cells(group: Group, dataset: Dataset) -> None:
    if group.cells["row"].is_null().all() and group.cells["column"].is_null().all():
        return
    shown = group.cells.head(MOST_SHOWN)
    rows = [
        (
            str(row) if row else "all",
            column or "whole row",
            value if value is not None else _unsaid(group.rule),
            hint(group.rule.id, column, value, dataset),
        )
        for row, column, value in shown.select("row", "column", "value").iter_rows()
    ]
    if not any(row[3] for row in rows):
        listing(["Row", "Column", "In your file"], [row[:3] for row in rows], group.rule.title)
    else:
        listing(["Row", "Column", "In your file", "Hint"], rows, group.rule.title)
    if len(group.cells) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} of {len(group.cells):,}; all are in the download.")


def _unsaid(rule: Rule) -> str:
    return "(blank)" if rule.category == "blank" else "–"
