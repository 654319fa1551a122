"""Findings as people act on them: grouped by cause, worst first, each with how to fix it."""

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl
import streamlit as st

from pages.components.tables.plain_table import listing
from pages.components.wording.cell_hints import hint
from pages.components.wording.count_words import many
from schemas.datasets.dataset_catalog import Dataset
from schemas.policy.rule import Rule, Severity
from schemas.policy.status_words import FINDING

IN_FILE = "In your file"
MOST_SHOWN = 200
WHOLE_ROW = "whole row"
_ROWS = re.compile(r"(?:rows? *)?([\d,]+)(?: *(?:-|–|to) *([\d,]+))?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Look:
    """How a severity is shown: its words, color and icon."""

    words: str
    color: str
    icon: str


LOOKS: dict[Severity, Look] = {
    "stops": Look(FINDING["stops"], "red", "block"),
    "blocks": Look(FINDING["blocks"], "orange", "do_not_disturb_on"),
    "blanks": Look(FINDING["blanks"], "yellow", "backspace"),
    "check": Look(FINDING["check"], "yellow", "help"),
    "information": Look(FINDING["information"], "gray", "info"),
}


@dataclass(frozen=True)
class Group:
    """All findings of one rule. `cells`: row, column, value, and `named`: the column by its own name in the file."""

    rule: Rule
    cells: pl.DataFrame

    @property
    def look(self) -> Look:
        """How they are shown."""
        return LOOKS[self.rule.severity]


def groups(
    table: pl.DataFrame, rules: Mapping[str, Rule], own_names: Mapping[str, str] = MappingProxyType({})
) -> list[Group]:
    """Findings (rule, row, column, value) by cause, worst first, then the most frequent.

    `rules`: the catalog, with the limits of the partnership in its words. `own_names`: column -> its name in the file.
    """
    table = table.with_columns(named=pl.col("column").replace(dict(own_names)))
    found = [Group(rules[str(rule)], cells) for (rule,), cells in table.group_by("rule")]
    return sorted(found, key=lambda g: (g.rule.order, -len(g.cells), g.rule.id))


def findings_file(table: pl.DataFrame, rules: Mapping[str, Rule], place: Callable[[int], str] = str) -> bytes:
    """The findings as CSV: rule, row (as `place` says it), column, message.

    Without the values, so that it can be passed on. Formula-safe, since a column's name comes from the file.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["rule", "row", "column", "message"])
    for name, row, column, _ in table.iter_rows():
        rule = rules[name]
        writer.writerow([rule.id, place(row) if row else "", safe(column or ""), f"{rule.title}. {rule.fix}"])
    return text.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def matching(found: list[Group], text: str) -> list[Group]:
    """The findings that have the text in their words, column or value, or whose row it is: "12", "row 12", "10-20"."""
    looked_for = text.strip().casefold()
    if not looked_for:
        return found
    return [g for group in found if len((g := _holding(group, looked_for)).cells)]


def _holding(group: Group, text: str) -> Group:
    if rows := _ROWS.fullmatch(text):
        first = int(rows[1].replace(",", ""))
        within = pl.col("row").is_between(first, int((rows[2] or rows[1]).replace(",", "")))
        in_value = pl.lit(False) if rows[2] or text.startswith("row") else _has("value", text)
        return Group(group.rule, group.cells.filter(within.fill_null(False) | in_value))
    if text in group.rule.title.casefold() or text in (group.rule.id, group.rule.id.replace("_", " ")):
        return group
    return Group(group.rule, group.cells.filter(_has("column", text) | _has("named", text) | _has("value", text)))


def _has(column: str, text: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.to_lowercase().str.contains(text, literal=True)


def narrowed(
    found: list[Group], severities: Collection[Severity], rules: Collection[str], columns: Collection[str]
) -> list[Group]:
    """The findings of these severities, rules and columns (own names); none named is all."""
    kept = [g for g in found if g.rule.severity in (severities or LOOKS) and (not rules or g.rule.id in rules)]
    if columns:
        kept = [Group(g.rule, g.cells.filter(pl.col("named").fill_null(WHOLE_ROW).is_in(columns))) for g in kept]
    return [g for g in kept if len(g.cells)]


def summary(found: list[Group]) -> None:
    """One line for each rule and column."""
    rows = [
        (group.look.words, group.rule.title, str(column or WHOLE_ROW), int(cells))
        for group in found
        for column, cells in group.cells.group_by("named").len().sort("len", descending=True).iter_rows()
    ]
    listing(["State", "What", "Column", "Times"], rows, "Findings in summary")


def by_row(found: list[Group], place: Callable[[int], str] = str) -> None:
    """All that was found in a row together, in the order of the file."""
    lines = sorted(
        (
            (row or 0, column or WHOLE_ROW, value if value is not None else _unsaid(g.rule), g)
            for g in found
            for row, column, value in g.cells.select("row", "named", "value").head(MOST_SHOWN).iter_rows()
        ),
        key=lambda line: (line[0], line[3].rule.order, line[1]),
    )[:MOST_SHOWN]
    rows = [
        (
            place(row) if row and (n == 0 or lines[n - 1][0] != row) else "" if row else "all",
            column,
            value,
            g.rule.title,
            g.rule.fix,
        )
        for n, (row, column, value, g) in enumerate(lines)
    ]
    heads = ["Row", "Column", IN_FILE, "What is wrong", "How to fix it"]
    listing(heads, rows, "Findings by row", written=(IN_FILE,))
    if sum(len(g.cells) for g in found) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN}. All are in the download.")


def draw(
    found: list[Group],
    dataset: Dataset,
    notes: dict[tuple[str, str | None], str],
    above: Callable[[Group], None] = lambda group: None,
    place: Callable[[int], str] = str,
) -> None:
    """One expander for each cause, with what `above` puts over its cells; the first that must be fixed is open.

    `place`: a row as its sender finds it.
    """
    for n, group in enumerate(found):
        look = group.look
        badge = f":{look.color}-badge[:material/{look.icon}: {look.words}]"
        label = f"{badge} **{group.rule.title}** · {many(len(group.cells), 'cell' if _in_cells(group) else 'row')}"
        with st.expander(label, expanded=n == 0, key=f"finding_{n}_{group.rule.id}"):
            st.markdown(f"**How to fix it:** {group.rule.fix}")
            for note in _notes(group.rule, notes):
                st.text(note)
            above(group)
            _cells(group, dataset, place)


def _in_cells(group: Group) -> bool:
    return bool(group.cells["column"].is_not_null().any())


def _notes(rule: Rule, notes: dict[tuple[str, str | None], str]) -> list[str]:
    return [note for (name, _), note in notes.items() if name == rule.id]


def _cells(group: Group, dataset: Dataset, place: Callable[[int], str]) -> None:
    if group.cells["row"].is_null().all() and group.cells["column"].is_null().all():
        return
    shown = group.cells.head(MOST_SHOWN)
    rows = [
        (
            place(row) if row else "all",
            named or WHOLE_ROW,
            value if value is not None else _unsaid(group.rule),
            hint(group.rule.id, column, value, dataset),
        )
        for row, column, named, value in shown.select("row", "column", "named", "value").iter_rows()
    ]
    if not any(row[3] for row in rows):
        listing(["Row", "Column", IN_FILE], [row[:3] for row in rows], group.rule.title, written=(IN_FILE,))
    else:
        listing(["Row", "Column", IN_FILE, "Hint"], rows, group.rule.title, written=(IN_FILE,))
    if len(group.cells) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} of {len(group.cells):,}. All are in the download.")


def _unsaid(rule: Rule) -> str:
    return "(blank)" if rule.category == "blank" else "–"
