"""Words that no list knows: what they mean is asked once and kept for the partner's next files."""

from functools import partial

import streamlit as st

from pages.components.forms.finding_cards import Group
from pages.components.forms.steps import choose_step
from pages.components.forms.upload_draft import Draft
from pages.components.wording.count_words import many
from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import ROW_LEFT_OUT, FileProfile
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.likely_words import likely
from schemas.vocabularies.vocabulary import Vocabulary, normal
from schemas.vocabularies.word_meaning import meaning_of

MOST_WORDS = 30
_UNKNOWN = ""


def ask(at: Draft, group: Group) -> None:
    """A chooser for each unknown word of the file's code columns, most frequent first."""
    declared = {c.name: c for c in DATASETS[at.dataset].columns if c.vocabulary}
    words = _words(group, declared)
    if not words or at.sent is None:
        return
    st.markdown("**Or say what your words mean.** Your answer is kept for your next files.")
    answers: dict[str, dict[str, str]] = {}
    for place, ((column, word), cells) in enumerate(list(words.items())[:MOST_WORDS]):
        vocabulary = VOCABULARIES[declared[column].vocabulary or ""]
        meaning = _meaning(vocabulary, declared[column], word, cells, f"word_{place}_{column}_{word[:20]}")
        if meaning:
            answers.setdefault(column, {})[word] = meaning
    if st.button(
        "Use these meanings and check again", key="use_meanings", icon=":material/fact_check:", disabled=not answers
    ):
        before = at.sent.said or FileProfile()
        choose_step.again(at, said=before.merged(FileProfile(words=answers, unrepaired=before.unrepaired)))


def _words(group: Group, declared: dict[str, Column]) -> dict[tuple[str, str], int]:
    counted: dict[tuple[str, str], int] = {}
    for _, column, value in group.cells.select("row", "column", "value").iter_rows():
        if column not in declared or not value:
            continue
        vocabulary = VOCABULARIES[declared[column].vocabulary or ""]
        parts = value.split(";") if declared[column].kind == "codes" else [value]
        for part in {normal(p) for p in parts if not meaning_of(vocabulary, p)} - {""}:
            counted[column, part] = counted.get((column, part), 0) + 1
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


def _meaning(vocabulary: Vocabulary, column: Column, word: str, cells: int, key: str) -> str:
    # Where the word decides what a row is, a row may also be none.
    no_record = [ROW_LEFT_OUT] if column.required and column.kind == "code" else []
    options = [_UNKNOWN, *vocabulary.terms, *no_record]
    guess = likely(word, vocabulary)
    return st.selectbox(
        f"“{word[:60]}” in {column.name.replace('_', ' ')} ({many(cells, 'row')}) means",
        options, options.index(guess or _UNKNOWN), format_func=partial(_label, vocabulary), key=key, width=520,
    )  # fmt: skip


def _label(vocabulary: Vocabulary, word: str) -> str:
    if word == ROW_LEFT_OUT:
        return "None of these: leave the rows out"
    return vocabulary.label(word) if word else "No answer: it stays a finding"
