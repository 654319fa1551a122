"""Words that were not understood: what they mean, or that they stand for nothing, is asked once and kept."""

from functools import partial

import streamlit as st

from pages.components.forms.finding_cards import Group
from pages.components.forms.steps import choose_step
from pages.components.forms.upload_draft import Draft
from pages.components.wording.count_words import many
from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import READ_AS_BLANK, ROW_LEFT_OUT, FileProfile
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.likely_words import is_other_kind, likely
from schemas.vocabularies.vocabulary import Vocabulary, normal
from schemas.vocabularies.word_meaning import meaning_of

MOST_WORDS = 30
UNREADABLE = ("not_in_vocabulary", "wrong_number", "wrong_date", "wrong_pattern")
"""Checks that found no meaning in a word: it may stand for nothing."""
IMPLAUSIBLE = (
    "ancient_date", "future_date", "birth_date_implausible", "systolic_implausible", "diastolic_implausible",
    "score_out_of_range", "expected_probability_range",
)  # fmt: skip
"""Checks of values: one that stands on several rows, such as 0 or 1900-01-01, may be a mark for nothing."""
SEVERAL, SHARE, MOST_VALUES = 2, 0.2, 10
"""Rows, and share of the check's cells, from which one value may be such a mark."""
_UNKNOWN = ""


def ask(at: Draft, group: Group) -> None:
    """A chooser for each word of the file that has no meaning yet, most frequent first."""
    declared = {c.name: c for c in DATASETS[at.dataset].columns if c.vocabulary or not c.required}
    words = _words(group, declared)
    if not words or at.sent is None:
        return
    st.markdown("**Or say what your words mean.** Your answer is kept for your next files.")
    answers: dict[str, dict[str, str]] = {}
    for place, ((column, word), cells) in enumerate(list(words.items())[:MOST_WORDS]):
        meaning = _meaning(declared[column], word, cells, f"word_{group.rule.base}_{place}_{column}_{word[:20]}")
        if meaning:
            answers.setdefault(column, {})[word] = meaning
    if st.button(
        "Use these meanings and check again", key=f"use_meanings_{group.rule.id}", icon=":material/fact_check:",
        disabled=not answers,
    ):  # fmt: skip
        before = at.sent.said or FileProfile()
        choose_step.again(at, said=before.merged(FileProfile(words=answers, unrepaired=before.unrepaired)))


def _words(group: Group, declared: dict[str, Column]) -> dict[tuple[str, str], int]:
    counted: dict[tuple[str, str], int] = {}
    for _, column, value in group.cells.select("row", "column", "value").iter_rows():
        if column in declared and value:
            for part in _parts(declared[column], value):
                counted[column, part] = counted.get((column, part), 0) + 1
    ordered = dict(sorted(counted.items(), key=lambda item: -item[1]))
    if group.rule.base in IMPLAUSIBLE:
        enough = max(SEVERAL, SHARE * len(group.cells))
        return dict([(key, n) for key, n in ordered.items() if n >= enough][:MOST_VALUES])
    return ordered


def _parts(column: Column, value: str) -> set[str]:
    """The words of a cell that have no meaning, in their normal form."""
    if not column.vocabulary:
        return {normal(value.removesuffix(".0") if column.kind in ("number", "integer") else value)} - {""}
    vocabulary = VOCABULARIES[column.vocabulary]
    parts = value.split(";") if column.kind == "codes" else [value]
    return {normal(p) for p in parts if not meaning_of(vocabulary, p)} - {""}


def _meaning(column: Column, word: str, cells: int, key: str) -> str:
    # Where the word decides what a row is, a row may also be none; elsewhere the cell alone.
    none = [ROW_LEFT_OUT] if column.required and column.kind == "code" else [] if column.required else [READ_AS_BLANK]
    terms = list(VOCABULARIES[column.vocabulary].terms) if column.vocabulary else []
    options = [_UNKNOWN, *terms, *none]
    guess = _guess(word, VOCABULARIES[column.vocabulary]) if column.vocabulary else None
    if guess not in options:
        guess = None
    return st.selectbox(
        f"“{word[:60]}” in {column.name.replace('_', ' ')} ({many(cells, 'row')}) means",
        options, options.index(guess or _UNKNOWN), format_func=partial(_label, column), key=key, width=520,
    )  # fmt: skip


def _guess(word: str, vocabulary: Vocabulary) -> str | None:
    return ROW_LEFT_OUT if is_other_kind(word, vocabulary) else likely(word, vocabulary)


_LABELS = {
    ROW_LEFT_OUT: "None of these: leave the rows out",
    READ_AS_BLANK: "Nothing: read it as blank",
    _UNKNOWN: "No answer: it stays a finding",
}


def _label(column: Column, word: str) -> str:
    return _LABELS.get(word) or VOCABULARIES[column.vocabulary or ""].label(word)
