"""What to mend first, ranked by rule: rows that do not count, files that are not in, habits, findings, gaps."""

from collections.abc import Sequence
from html import escape

import streamlit as st

import workflow
from pages.components import due
from pages.components.listing import Cell
from pages.components.phrases import day, many
from schemas.datasets import DATASETS
from schemas.rules import RULES
from workflow import Entry

NOTE = (
    "In this order: rows that do not count, most first; files that are not in; files that come late; findings that "
    "come back; what is not known of many people."
)
ENOUGH_KNOWN = 0.9
"""Below this share of patients an item is worth asking for."""
_LATE_HABIT = 2
"""Files that came late among those shown, from which it is a habit."""


def fixes(found: workflow.Quality, owed: Sequence[Entry]) -> list[str]:
    """Sentences on what to mend, what matters most first; empty when nothing stands out."""
    return [*_blocked(found), *map(_gone, due.overdue(owed)), *_late(owed), *_warned(found), *_unknown(found)]


def _blocked(found: workflow.Quality) -> list[str]:
    those = [f for f in found.findings if RULES[f.rule].reach == "record"]
    return [
        f"{_file(f)}: {_cells(f)} kept rows from counting. {RULES[f.rule].title}: {_lower(RULES[f.rule].mend)}"
        for f in sorted(those, key=lambda f: -(f.cells or 0))
    ]


def _gone(e: Entry) -> str:
    return f"{DATASETS[e.dataset].title} for {due.period(e.days)}: the file {due.sentence(e)}"


def _late(owed: Sequence[Entry]) -> list[str]:
    by_dataset: dict[str, list[Entry]] = {}
    for e in due.of(owed, "late"):
        by_dataset.setdefault(e.dataset, []).append(e)
    often = sorted((late for late in by_dataset.values() if len(late) >= _LATE_HABIT), key=len, reverse=True)
    return [
        f"{DATASETS[late[0].dataset].title}: {many(len(late), 'file')} came late, the last one "
        f"{due.apart(late[-1].late_by)}. An export that runs by itself would help."
        for late in often
    ]


def _warned(found: workflow.Quality) -> list[str]:
    those = [f for f in found.findings if f.recurs and f.latest and RULES[f.rule].reach == "warning"]
    return [
        f"{_file(f)}: “{RULES[f.rule].title}” in {many(f.files, 'file')}. {RULES[f.rule].mend}"
        for f in sorted(those, key=lambda f: -(f.cells or 0))
    ]


def _unknown(found: workflow.Quality) -> list[str]:
    low = [k for k in found.known if k.nearly == "none" or (k.share is not None and k.share < ENOUGH_KNOWN)]
    return [
        f"{k.item}: known of {'hardly anyone' if k.share is None else f'{k.share:.0%} of the patients'}. Figures by "
        "group leave out the others."
        for k in low
    ]


def _file(f: workflow.Counted) -> str:
    column = f", column {f.column}" if f.column else ""
    return f"{DATASETS[f.dataset].title}{column}"


def _cells(f: workflow.Counted) -> str:
    return "a few cells" if f.cells is None else many(f.cells, "cell")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def headline(fixes: Sequence[str], found: workflow.Quality, partner: str) -> str:
    """The page's one sentence."""
    if not found.months:
        return f"Nothing from {partner} is in force yet"
    sent, kept = (sum(getattr(m, n) for m in found.months) for n in ("rows_in", "rows_kept"))
    rows = f"All {kept:,} rows" if sent == kept else f"{kept:,} of {sent:,} rows"
    first = f"{rows} from {partner} count"
    return f"{first}; {many(len(fixes), 'thing')} to mend" if fixes else f"{first}, and nothing stands out"


def ranked(sentences: Sequence[str]) -> None:
    """Draw the sentences as a numbered list."""
    if not sentences:
        st.html('<p class="c-fact">Nothing: everything due is in, every row counts, and no finding comes back.</p>')
        return
    told = "".join(f"<li>{escape(s)}</li>" for s in sentences)
    st.html(f'<ol style="margin:0;padding-left:1.4rem;max-width:75ch;line-height:1.55">{told}</ol>')


def ages(found: workflow.Quality) -> list[list[Cell]]:
    """Rows of the table of ages."""
    return [
        [DATASETS[a.dataset].title, day(a.last) if a.last else "Nothing is in force", a.days if a.days is not None else ""]
        for a in found.ages
    ]  # fmt: skip


def recurring(found: workflow.Quality) -> list[list[Cell]]:
    """Rows of the table of findings that come back."""
    return [
        [RULES[f.rule].title, _file(f), f.files, "few" if f.cells is None else f.cells, day(f.last), RULES[f.rule].mend]
        for f in found.findings if f.recurs
    ]  # fmt: skip
