"""Findings as people act on them: grouped by cause, worst first, each with how to mend it."""

import csv
import io
from dataclasses import dataclass

import polars as pl
import streamlit as st

from pages.components.hints import hint
from pages.components.listing import listing
from pages.components.phrases import many
from schemas.datasets import Dataset
from schemas.rules import RULES, Rule

MOST_SHOWN = 200
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Warnings about which there is nothing to do.
_INFORMATION = {"extra_column", "hidden_at_source", "repeated_row"}


@dataclass(frozen=True)
class Weight:
    """How heavy a finding is: its words, colour and icon, the worst first."""

    order: int
    words: str
    color: str
    icon: str


STOPS = Weight(0, "Stops the file", "red", "block")
BLOCKS = Weight(1, "Blocks the row", "orange", "do_not_disturb_on")
CHECK = Weight(2, "Check", "yellow", "help")
INFORMATION = Weight(3, "For information", "gray", "info")


def weight(rule: Rule) -> Weight:
    """How heavy a rule's findings are."""
    if rule.reach == "warning":
        return INFORMATION if rule.id in _INFORMATION else CHECK
    return STOPS if rule.reach == "submission" else BLOCKS


@dataclass(frozen=True)
class Group:
    """All findings of one rule. `cells`: row, column, value."""

    rule: Rule
    cells: pl.DataFrame

    @property
    def weight(self) -> Weight:
        """How heavy they are."""
        return weight(self.rule)


def groups(table: pl.DataFrame) -> list[Group]:
    """Findings (rule, row, column, value) by cause, worst first, then the most frequent."""
    found = [Group(RULES[str(rule)], cells) for (rule,), cells in table.group_by("rule")]
    return sorted(found, key=lambda g: (g.weight.order, -len(g.cells), g.rule.id))


def findings_file(table: pl.DataFrame) -> bytes:
    """The findings as CSV: rule, row, column, message.

    Without the values: a download's address needs no sign-in. Formula-safe, since a column's name comes from the file.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["rule", "row", "column", "message"])
    for name, row, column, _ in table.iter_rows():
        rule = RULES[name]
        writer.writerow([rule.id, row, safe(column or ""), f"{rule.title}. {rule.mend}"])
    return text.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def draw(found: list[Group], dataset: Dataset, notes: dict[tuple[str, str | None], str]) -> None:
    """One expander for each cause; the first that must be mended is open."""
    for place, group in enumerate(found):
        heavy = group.weight
        badge = f":{heavy.color}-badge[:material/{heavy.icon}: {heavy.words}]"
        label = f"{badge} **{group.rule.title}** · {many(len(group.cells), 'cell' if _in_cells(group) else 'row')}"
        with st.expander(label, expanded=place == 0, key=f"finding_{group.rule.id}"):
            st.markdown(f"**How to mend it:** {group.rule.mend}")
            for note in _notes(group.rule, notes):
                st.text(note)
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
