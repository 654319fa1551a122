"""What is open about a file before it is checked: its tables, what its columns mean, how its dates are written."""

from functools import partial

import streamlit as st

from data.checking.file_tables import FoundTable
from data.checking.open_questions import DateQuestion, Questions
from data.findings import Refused
from data.receiving.header_matching import Match
from pages.components.layout import page_frame, page_state
from pages.components.wording.count_words import listed, many
from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import DATASETS, Dataset
from schemas.datasets.file_profile import NOT_USED, FileProfile
from schemas.policy.partner import DateOrder
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.vocabulary import Vocabulary
from workflow import submitting

_LEAVE_OUT = "Leave out"
_NOT_SAID = ""
_ORDERS: dict[DateOrder, str] = {
    "mdy": "Month first (03/31/2026)",
    "dmy": "Day first (31/03/2026)",
    "days": "Day numbers of a spreadsheet (46082 is 1 Mar 2026)",
}


_DAYS_FROM_1904 = "Day numbers of a workbook that counts from 1904 (44620 is 1 Mar 2026)"


def tables(looked: list[FoundTable], dataset: str) -> list[tuple[FoundTable, str]]:
    """Which tables of a file are to be checked, and as what. `dataset`: what the person says is in the file."""
    if len(looked) == 1:
        return [(looked[0], _one(looked[0], dataset))]
    known = [look for look in looked if look.dataset]
    page_frame.subsection(
        f"{many(len(looked), 'table')} in this file",
        f"{many(len(known), 'header')} recognized. Each table is checked and accepted by itself, one after the other.",
    )
    options = [*DATASETS, _LEAVE_OUT]
    chosen = [
        (look, st.selectbox(
            look.member.name, options, options.index(look.dataset or _LEAVE_OUT), key=f"table_{place}",
            format_func=lambda o: DATASETS[o].title if o in DATASETS else o, width=420,
        ))
        for place, look in enumerate(looked)
    ]  # fmt: skip
    order = list(DATASETS)
    return sorted(((look, kind) for look, kind in chosen if kind in DATASETS), key=lambda pair: order.index(pair[1]))


def nothing_open(looked: list[FoundTable], dataset: str, partner_id: str) -> FoundTable | None:
    """The table that can be checked without a question: the only one whose header is known, as the person said, its
    columns known, its dates plain. None where something is open."""
    known = [look for look in looked if look.dataset] or looked
    if len(known) != 1 or known[0].dataset not in (None, dataset):
        return None
    if known[0].table is None:
        return known[0]
    try:
        asked = submitting.questions(page_state.store(), known[0], dataset, partner_id, viewer=page_state.viewer())
    except Refused:
        return known[0]
    said_before = submitting.read_profile(page_state.store(), partner_id, dataset, viewer=page_state.viewer())
    kind = DATASETS[dataset]
    lacking = {c.name for c in _lacking(kind, _surely_filled(asked, kind))} - set(said_before.every_row)
    return None if _unsure(asked, kind) or asked.dates or lacking else known[0]


def _one(look: FoundTable, dataset: str) -> str:
    """The dataset of the only table: asked when its header says something else than the person."""
    if look.dataset in (None, dataset):
        return dataset
    options = [look.dataset, dataset]
    st.markdown(f"The columns look like **{DATASETS[look.dataset or ''].title.lower()}**.")
    return st.segmented_control(
        "Read the file as", options, default=look.dataset, required=True, key="read_as",
        format_func=lambda name: DATASETS[name or ""].title,
    )  # fmt: skip


def said(look: FoundTable, dataset: str, partner_id: str, place: int) -> FileProfile | None:
    """How the table is to be read: what was said before and what is answered here; None while something is open."""
    before = submitting.read_profile(page_state.store(), partner_id, dataset, viewer=page_state.viewer())
    if look.table is None:
        return before
    try:
        asked = submitting.questions(page_state.store(), look, dataset, partner_id, viewer=page_state.viewer())
    except Refused:
        return before  # the check tells it in full
    key = f"{dataset}_{place}"
    answers = _columns(asked, DATASETS[dataset], key)
    named = {m.key: answers.get(m.key, (m.column or NOT_USED) if m.sure else NOT_USED) for m in asked.matches}
    filled = {part for name in named.values() if name for part in DATASETS[dataset].parts(name)}
    every_row = _every_row(DATASETS[dataset], filled, before.every_row, key)
    if not _complete(list(named.values()), filled | set(every_row), DATASETS[dataset]) and not _for_the_check(asked):
        return None
    orders = _dates(asked, filled, key)
    answered = FileProfile(columns=answers, every_row=every_row, date_orders=orders or {}, unrepaired=before.unrepaired)
    return None if orders is None else before.merged(answered)


def _columns(asked: Questions, dataset: Dataset, place: str) -> dict[str, str]:
    """Header cell -> what it is, for the cells that were asked about or changed."""
    sure, unsure = [m for m in asked.matches if m.sure and (m.column or m.how == "profile")], _unsure(asked, dataset)
    rest = [m for m in asked.matches if m.how == "none" and m not in unsure]
    answers: dict[str, str] = {}
    if unsure:
        page_frame.subsection(
            "What do these columns mean?",
            "A guess is beside each. Your answers are kept, so the next file with these names is read without asking.",
        )
        answers = {m.key: _meaning(m, dataset, f"{place}_{n}") for n, m in enumerate(unsure)}
    understood = many(len([m for m in sure if m.column]), "column")
    for matches, title, key in (
        (sure, f"{understood} understood", "understood"), (rest, f"{many(len(rest), 'column')} not used", "not_used"),
    ):  # fmt: skip
        if matches:
            with st.expander(title, key=f"{key}_{place}"):
                meant = [_meaning(m, dataset, f"{place}_{key}_{n}") for n, m in enumerate(matches)]
            answers |= {m.key: name for m, name in zip(matches, meant, strict=True) if name != (m.column or NOT_USED)}
    return answers


def _unsure(asked: Questions, dataset: Dataset) -> list[Match]:
    """The cells that are asked about: those with a guess, and all unknown ones while no cell may be a needed column.

    A needed word that no cell holds is often the same in every row: that is one question, not one for each cell.
    """
    filled = {part for m in asked.matches if m.column for part in dataset.parts(m.column)}
    missing = dataset.still_needed(filled | {c.name for c in _lacking(dataset, filled)})
    return [m for m in asked.matches if not m.sure and (m.column or missing)]


def _surely_filled(asked: Questions, dataset: Dataset) -> set[str]:
    return {part for m in asked.matches if m.sure and m.column for part in dataset.parts(m.column)}


def _lacking(dataset: Dataset, filled: set[str]) -> list[Column]:
    """Needed columns that a word may fill in every row."""
    return [c for c in dataset.columns if c.required and c.kind == "code" and c.name not in filled]


def _every_row(dataset: Dataset, filled: set[str], before: dict[str, str], place: str) -> dict[str, str]:
    """Needed column that no column of the file is -> the word that holds for every row, as far as it is said."""
    answers: dict[str, str] = {}
    for column in _lacking(dataset, filled):
        vocabulary = VOCABULARIES[column.vocabulary or ""]
        options = [_NOT_SAID, *vocabulary.terms]
        answers[column.name] = st.selectbox(
            f"No column says the {_words(column.name)} ({_meant(column)}). Is it the same in every row?", options,
            options.index(before.get(column.name, _NOT_SAID)), key=f"every_row_{place}_{column.name}", width=520,
            format_func=partial(_label, vocabulary), help="Does a column say it? Choose it under “not used” above.",
        )  # fmt: skip
    return {name: word for name, word in answers.items() if word}


def _meant(column: Column) -> str:
    return column.meaning.removesuffix(".")[:1].lower() + column.meaning.removesuffix(".")[1:]


def _label(vocabulary: Vocabulary, word: str) -> str:
    return vocabulary.label(word) if word else "Choose what is true of every row"


def _complete(named: list[str], filled: set[str], dataset: Dataset) -> bool:
    """Say what keeps the file from being checked, if anything does."""
    twice, missing = dataset.named_twice([name for name in named if name]), dataset.still_needed(filled)
    if twice:
        st.markdown(f":orange-badge[Twice] Two columns are **{listed([_words(n) for n in twice])}**: keep one of them.")
    if missing:
        needed = listed([_words(n) for n in missing])
        st.markdown(f":orange-badge[Still needed] **{needed}**: choose it above, beside the column that holds it.")
    return not twice and not missing


def _for_the_check(asked: Questions) -> bool:
    """Whether there is nothing left to ask: a column that no cell can be is told by the check, with what to do."""
    return all(m.sure for m in asked.matches)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _meaning(match: Match, dataset: Dataset, key: str) -> str:
    named = {c.name: c for c in dataset.named}
    options = [NOT_USED, *named]
    examples = f" · such as {', '.join(e[:24] for e in match.examples)}" if match.examples else ""
    return st.selectbox(
        f"“{match.cell[:60]}”{examples}", options, options.index(match.column or NOT_USED), key=f"means_{key}",
        format_func=lambda name: _title(named[name]) if name else "Not used", width=520,
        help=named[match.column].meaning if match.column else None,
    )  # fmt: skip


def _title(column: Column) -> str:
    if column.kind == "pair":
        return f"{_words(column.name).replace('/', ' and ')} in one, as {column.example}"
    if column.kind == "tick":
        name, word = column.name.split(":")
        return f"{_words(name)}, yes or no: {VOCABULARIES[column.vocabulary or ''].label(word)}"
    if column.kind == "codes" and not column.ticked:
        return f"{_words(column.name)}: one answer, or all of them"
    return f"{_words(column.name)}{' (needed)' if column.required else ''}"


def _dates(asked: Questions, used: set[str], place: str) -> dict[str, DateOrder] | None:
    """Header cell -> order, for the columns whose dates read in several ways; None while one is not answered.

    Columns whose first rows speak for the same order are one question; the answer is kept for each.
    """
    answers: dict[str, DateOrder] = {}
    alike: dict[object, list[DateQuestion]] = {}
    for question in asked.dates:
        if question.column in used:
            alike.setdefault(question.likely or question.key, []).append(question)
    if alike:
        page_frame.subsection(
            "How are the dates written?", "03/04/2026 can be March 4 or April 3. We ask; we never guess."
        )
    orders = _ORDERS | ({"days": _DAYS_FROM_1904} if asked.from_1904 else {})
    for questions in alike.values():
        first, examples = questions[0], [e for q in questions for e in q.examples]
        options = [o for o in _ORDERS if (o == "days") == (first.likely == "days")]
        columns = listed([_words(q.column) for q in questions])
        answer = st.segmented_control(
            f"{columns[:1].upper()}{columns[1:]}, such as {', '.join(dict.fromkeys(examples[:4]))}",
            options, key=f"order_{place}_{first.key}", format_func=orders.__getitem__,
        )  # fmt: skip
        if first.likely and answer is None:
            st.caption(f"The first rows can be read in one way only: {orders[first.likely].lower()}. Confirm it.")
        if answer:
            answers |= {q.key: answer for q in questions}
    return answers if len(answers) == sum(map(len, alike.values())) else None
