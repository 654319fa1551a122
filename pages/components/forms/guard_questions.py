"""Questions about a whole file that looks doubtful: each is answered before anything of it is kept."""

import streamlit as st

from pages.components.forms.steps import choose_step
from pages.components.forms.upload_draft import Draft
from pages.components.layout import page_frame
from pages.components.wording.count_words import many
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import AS_IT_STANDS, READ_AS_BLANK, FileProfile
from schemas.policy.rule import Rule
from schemas.vocabularies.vocabulary import normal

MARKERS, KILOPASCALS = "maybe_marker", "maybe_kilopascals"
_KEPT_FOR_NEXT = "Your answer is kept for your next files."
_NEEDED = "If it stands for nothing, its rows do not count: this value is needed."
Words = dict[str, dict[str, str]]


def ask(at: Draft) -> None:
    """A card for each question, and the way on once all are answered."""
    page_frame.subsection(
        "Is this file right?", "Answer below, or choose the fixed file. Nothing of this file was kept so far."
    )
    asks = at.report.asks
    rules = {rule: [c for r, c in asks if r == rule] for rule, _ in asks}
    words: Words = {}
    answered = {rule for rule, columns in rules.items() if _card(at, at.report.findings.rules[rule], columns, words)}
    open_ones = len(rules) - len(answered)
    if at.sent and st.button(
        "Check again with these answers", key="answer_questions", icon=":material/fact_check:", disabled=open_ones > 0
    ):
        units = dict.fromkeys((c or "" for c in rules.get(KILOPASCALS, [])), "kpa")
        before = at.sent.said or FileProfile()
        said = before.merged(FileProfile(words=words, units=units, unrepaired=before.unrepaired))
        confirmed = at.sent.confirmed | (answered - {MARKERS, KILOPASCALS})
        choose_step.again(at, said=said, confirmed=frozenset(confirmed))
    if open_ones:
        st.caption(f"{many(open_ones, 'question')} still to answer.")


def _card(at: Draft, rule: Rule, columns: list[str | None], words: Words) -> bool:
    """One question; whether it is answered. What is said of single values goes into `words`."""
    with st.container(border=True, key=f"question_{rule.id}"):
        st.badge("Please answer", icon=":material/help:", color="orange")
        st.markdown(f"**{rule.title}**")
        for column in columns:
            name = at.checked.own_names.get(column or "", column or "").replace("_", " ")
            st.text(f"In {name} · {at.report.findings.notes.get((rule.id, column), '')}")
        st.markdown(rule.fix)
        if rule.id == MARKERS:
            return _markers(at, words)
        kept = _KEPT_FOR_NEXT if rule.id == KILOPASCALS else "Your answer holds for this file alone."
        return st.checkbox(rule.answer, key=f"confirm_{rule.id}_{at.report.sha256[:12]}", help=kept)


def _markers(at: Draft, words: Words) -> bool:
    """Each value by itself; whether all are answered."""
    required = {c.name for c in DATASETS[at.dataset].columns if c.required}
    labels = {READ_AS_BLANK: "It stands for nothing", AS_IT_STANDS: "It is a real value"}
    for (column, word), rows in at.report.markers.items():
        answer = st.segmented_control(
            f"“{word}” in {column.replace('_', ' ')} ({many(rows, 'row')})", list(labels),
            format_func=labels.__getitem__, key=f"marker_{column}_{word}_{at.report.sha256[:12]}",
            help=_NEEDED if column in required else None,
        )  # fmt: skip
        if answer:
            words.setdefault(column, {})[normal(word)] = answer
    st.caption(_KEPT_FOR_NEXT)
    return sum(map(len, words.values())) == len(at.report.markers)
