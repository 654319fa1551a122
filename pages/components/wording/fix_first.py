"""What to fix first, ranked by rule: rows that do not count, files that are not in, habits, findings, gaps."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from data.reporting.data_quality import Counted, Quality
from data.reporting.partner_contradictions import Between
from data.reporting.probing_signs import Sign
from data.reporting.reporting_calendar import Entry
from pages.components.tables.plain_table import Cell
from pages.components.wording import calendar_words
from pages.components.wording.count_words import day, listed, many
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.rule import Rule, Severity
from schemas.policy.rule_catalog import RULES

Catalog = Mapping[str, Rule]
NOTE = (
    "In this order: rows that do not count, missing and late files, findings that come back, unknown items, open "
    "warnings."
)
ENOUGH_KNOWN = 0.9
"""Below this share of patients an item is worth asking for."""
_FEW = 5
_LATE_HABIT = 2
"""Files that came late among those shown, from which it is a habit."""


def fixes(found: Quality, owed: Sequence[Entry], rules: Catalog) -> list[str]:
    """Sentences on what to fix, what matters most first; empty when nothing stands out.

    `rules`: the catalog, with the limits of the partnership in its words.
    """
    return [
        *_blocked(found, rules),
        *map(_gone, calendar_words.overdue(owed)),
        *_late(owed),
        *_warned(found, rules),
        *_unknown(found),
        *_unexplained(found, rules),
    ]


def _by_rule(found: Quality, severity: Severity) -> list[list[Counted]]:
    """Findings of a severity, those of one rule and kind of file together; most cells first."""
    groups: dict[tuple[str, str], list[Counted]] = {}
    for f in found.findings:
        if RULES[f.rule].severity == severity:
            groups.setdefault((f.dataset, f.rule), []).append(f)
    return sorted(groups.values(), key=lambda g: -sum(f.cells or 0 for f in g))


def _blocked(found: Quality, rules: Catalog) -> list[str]:
    return [
        f"{_place(g)}: {_cells(g)} kept rows from counting. {rules[g[0].rule].title}. {rules[g[0].rule].fix}"
        for g in _by_rule(found, "blocks")
    ]


def _gone(e: Entry) -> str:
    return f"{DATASETS[e.dataset].title} for {calendar_words.period(e.days)}: the file {calendar_words.sentence(e)}"


def _late(owed: Sequence[Entry]) -> list[str]:
    by_dataset: dict[str, list[Entry]] = {}
    for e in calendar_words.of(owed, "late"):
        by_dataset.setdefault(e.dataset, []).append(e)
    often = sorted((late for late in by_dataset.values() if len(late) >= _LATE_HABIT), key=len, reverse=True)
    return [
        f"{DATASETS[late[0].dataset].title}: {many(len(late), 'file')} came late, the last one "
        f"{calendar_words.apart(late[-1].late_by)}. A scheduled export would help."
        for late in often
    ]


def _warned(found: Quality, rules: Catalog) -> list[str]:
    heavy = [*_by_rule(found, "blanks"), *_by_rule(found, "check")]
    again = [[f for f in g if f.recurs and f.latest] for g in heavy]
    return [
        f"{_place(g)}: “{rules[g[0].rule].title}” in {many(max(f.files for f in g), 'file')}. {rules[g[0].rule].fix}"
        for g in again
        if g
    ]


def _unknown(found: Quality) -> list[str]:
    low = [k for k in found.known if k.nearly == "none" or (k.share is not None and k.share < ENOUGH_KNOWN)]
    return [
        f"{k.item}: known for {'hardly anyone' if k.share is None else f'{k.share:.0%} of the patients'}. Figures by "
        "group leave out the others."
        for k in low
    ]


def _unexplained(found: Quality, rules: Catalog) -> list[str]:
    by_rule: dict[tuple[str, str], set[int]] = {}
    for w in found.unexplained:
        by_rule.setdefault((w.dataset, w.rule), set()).add(w.submission)
    return [
        f"{DATASETS[dataset].title}: “{rules[rule].title}” in submission{'s' if len(numbers) > 1 else ''} "
        f"{_numbers(sorted(numbers, reverse=True))} was accepted without a reason. Give it on Submit data, under "
        "“History and comments”."
        for (dataset, rule), numbers in by_rule.items()
    ]


def _numbers(numbers: Sequence[int]) -> str:
    """The newest few submissions."""
    named = [str(n) for n in numbers[:_FEW]]
    return listed([*named, f"{len(numbers) - _FEW} more"] if len(numbers) > _FEW else named)


def _place(group: Sequence[Counted]) -> str:
    columns = [f.column for f in group if f.column]
    named = f", column{'s' if len(columns) > 1 else ''} {listed(columns)}" if columns else ""
    return f"{DATASETS[group[0].dataset].title}{named}"


def _cells(group: Sequence[Counted]) -> str:
    known = [f.cells for f in group if f.cells is not None]
    few = len(known) < len(group)
    return f"{many(sum(known), 'cell')}{' and a few more' if few else ''}" if known else "a few cells"


def headline(fixes: Sequence[str], found: Quality, partner: str) -> str:
    """The page's one sentence."""
    if not found.months:
        return f"Nothing from {partner} counts yet"
    sent, kept = (sum(getattr(m, n) for m in found.months) for n in ("rows_in", "rows_kept"))
    rows = f"All {kept:,} rows" if sent == kept else f"{kept:,} of {sent:,} rows"
    first = f"{rows} from {partner} count"
    return f"{first}, with {many(len(fixes), 'thing')} to fix" if fixes else f"{first}, with nothing to fix"


def ranked(sentences: Sequence[str]) -> None:
    """Draw the sentences as a numbered list."""
    if not sentences:
        st.html(
            '<p class="c-fact">Nothing. Everything due is in, every row counts, and no finding has to be fixed.</p>'
        )
        return
    lines = "".join(f"<li>{escape(s)}</li>" for s in sentences)
    st.html(f'<ol style="margin:0;padding-left:1.4rem;max-width:75ch;line-height:1.55">{lines}</ol>')


def ages(found: Quality) -> list[list[Cell]]:
    """Rows of the table of ages."""
    rows: list[list[Cell]] = []
    for a in found.ages:
        up_to = day(a.last) if a.last else "Nothing is current"
        rows.append([DATASETS[a.dataset].title, up_to, "" if a.days is None else a.days])
    return rows


def recurring(found: Quality, rules: Catalog) -> list[list[Cell]]:
    """Rows of the table of findings that come back."""
    return [_again(f, rules[f.rule]) for f in found.findings if f.recurs]


def disagreements(
    found: Sequence[Between], names: Mapping[str, str], rules: Catalog
) -> list[list[Cell]]:  # fmt: skip
    """Rows of the table of contradictions with other partners."""
    return [
        [rules[b.rule].title, names[b.other], "few" if b.people is None else b.people, rules[b.rule].fix] for b in found
    ]


_SIGNS = {
    "shared_without_rows": (
        "People known to other partners, without a row of their own",
        "People on the list who have not come yet",
    ),
    "shared_and_different": (
        "People known to other partners, with another birth year or sex",
        "Mistakes in a patients file",
    ),
    "places_of_its_own": ("People in ZIP codes that no other partner sends", "Another area served"),
    "sent_again": ("Files that were sent again for the same days", "Corrections"),
}


def probing(found: Sequence[Sign]) -> str:
    """One sentence: whether any sign stands out."""
    out = [_SIGNS[sign.name][0] for sign in found if sign.stands_out]
    if out:
        return f"Ask them: {listed([name[:1].lower() + name[1:] for name in out])}. No other partner has half as many."
    if any(sign.share is not None and sign.others for sign in found):
        return "No sign stands out from those of the other partners."
    return "Too few people and files to tell."


def probing_rows(found: Sequence[Sign]) -> list[list[Cell]]:
    """Rows of the table of signs."""
    return [
        [
            _SIGNS[sign.name][0],
            "few" if sign.share is None else f"{sign.share:.0%} of {sign.of:,}",
            "–" if sign.others is None else " to ".join(dict.fromkeys(f"{share:.0%}" for share in sign.others)),
            _SIGNS[sign.name][1],
        ]
        for sign in found
    ]


def _again(f: Counted, rule: Rule) -> list[Cell]:
    return [rule.title, _place([f]), f.files, "few" if f.cells is None else f.cells, day(f.last), rule.fix]
