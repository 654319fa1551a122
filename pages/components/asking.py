"""What is open about a file before it is checked: its tables, what its columns mean, how its dates are written."""

import streamlit as st

import workflow
from pages.components import shell, state
from pages.components.phrases import listed, many
from schemas.datasets import DATASETS, Dataset
from schemas.partnership import DateOrder
from schemas.said import NOT_USED, Said
from schemas.vocabulary import normal

_LEAVE_OUT = "Leave out"
_ORDERS: dict[DateOrder, str] = {
    "mdy": "Month first (03/31/2026)",
    "dmy": "Day first (31/03/2026)",
    "days": "Day numbers of a spreadsheet (46082 is 1 Mar 2026)",
}


def tables(looked: list[workflow.Look], dataset: str) -> list[tuple[workflow.Look, str]]:
    """Which tables of a file are to be checked, and as what. `dataset`: what the person says is in the file."""
    if len(looked) == 1:
        return [(looked[0], _one(looked[0], dataset))]
    known = [look for look in looked if look.dataset]
    shell.subsection(
        f"{many(len(looked), 'table')} in this file",
        f"{many(len(known), 'header')} recognised. Each table is checked and accepted for itself, one after the other.",
    )
    options = [*DATASETS, _LEAVE_OUT]
    chosen = [
        (look, st.selectbox(
            look.table.name, options, options.index(look.dataset or _LEAVE_OUT), key=f"table_{place}",
            format_func=lambda o: DATASETS[o].title if o in DATASETS else o, width=420,
        ))
        for place, look in enumerate(looked)
    ]  # fmt: skip
    order = list(DATASETS)
    return sorted(((look, kind) for look, kind in chosen if kind in DATASETS), key=lambda pair: order.index(pair[1]))


def nothing_open(looked: list[workflow.Look], dataset: str, partner_id: str) -> bool:
    """Whether the file can be checked without a question: one table, as said, its columns known, its dates plain."""
    if len(looked) != 1 or looked[0].dataset not in (None, dataset):
        return False
    if looked[0].source is None:
        return True
    try:
        asked = workflow.questions(state.store(), looked[0], dataset, partner_id)
    except workflow.Refused:
        return True
    return not _unsure(asked, DATASETS[dataset]) and not asked.dates


def _one(look: workflow.Look, dataset: str) -> str:
    """The dataset of the only table: asked when its header says something else than the person."""
    if look.dataset in (None, dataset):
        return dataset
    options = [look.dataset, dataset]
    st.markdown(f"The columns look like **{DATASETS[look.dataset or ''].title.lower()}**.")
    return st.segmented_control(
        "Read the file as", options, default=look.dataset, required=True, key="read_as",
        format_func=lambda name: DATASETS[name or ""].title,
    )  # fmt: skip


def said(look: workflow.Look, dataset: str, partner_id: str, place: int) -> Said | None:
    """How the table is to be read: what was said before and what is answered here; None while something is open."""
    before = workflow.read_said(state.store(), partner_id, dataset)
    if look.source is None:
        return before
    try:
        asked = workflow.questions(state.store(), look, dataset, partner_id)
    except workflow.Refused:
        return before  # the check tells it in full
    columns = _columns(asked, DATASETS[dataset], f"{dataset}_{place}")
    if columns is None:
        return None
    answered = before.merged(Said(columns=columns, unrepaired=before.unrepaired))
    orders = _dates(
        asked,
        set(answered.columns.values()) | {m.column for m in asked.matches if m.sure and m.column},
        f"{dataset}_{place}",
    )
    return None if orders is None else answered.merged(Said(date_orders=orders, unrepaired=before.unrepaired))


def _columns(asked: workflow.Questions, dataset: Dataset, place: str) -> dict[str, str] | None:
    """Header cell -> column, for the cells that were asked about; None while a needed column has no cell."""
    sure, unsure = [m for m in asked.matches if m.sure], _unsure(asked, dataset)
    answers: dict[str, str] = {}
    if unsure:
        shell.subsection(
            "What do these columns mean?",
            "A guess stands beside each. Your answers are kept: the next file with these names is read without asking.",
        )
        answers = {normal(m.cell): _meaning(m, dataset, f"{place}_{n}") for n, m in enumerate(unsure)}
    shown = [m for m in sure if m.column or m.how == "said"]
    if shown:
        with st.expander(
            f"{many(len([m for m in shown if m.column]), 'column')} understood", key=f"understood_{place}"
        ):
            said_before = {normal(m.cell): _meaning(m, dataset, f"{place}_sure_{n}") for n, m in enumerate(shown)}
        answers |= {c: name for c, name in said_before.items() if name != _known(c, shown)}
    # A column that no cell can be is told by the check itself, with what to do.
    return answers if _complete(asked, answers, dataset) or not unsure else None


def _unsure(asked: workflow.Questions, dataset: Dataset) -> list[workflow.Match]:
    """The cells that are asked about: those with a guess, and all unknown ones while a needed column is missing."""
    sure = {m.column for m in asked.matches if m.sure}
    missing = any(c.required and c.name not in sure for c in dataset.columns)
    return [m for m in asked.matches if not m.sure and (m.column or missing)]


def _known(cell: str, shown: list[workflow.Match]) -> str:
    return next(m.column or NOT_USED for m in shown if normal(m.cell) == cell)


def _complete(asked: workflow.Questions, answers: dict[str, str], dataset: Dataset) -> bool:
    """Say what keeps the file from being checked, if anything does."""
    named = [answers.get(normal(m.cell), m.column if m.sure else None) or NOT_USED for m in asked.matches]
    twice = sorted({name for name in named if name and named.count(name) > 1})
    missing = [c.name for c in dataset.columns if c.required and c.name not in named]
    if twice:
        st.caption(f"Two columns are {listed([_words(n) for n in twice])}: keep one of them.")
    if missing:
        st.caption(f"Still needed: {listed([_words(n) for n in missing])}.")
    return not twice and not missing


def _words(name: str) -> str:
    return name.replace("_", " ")


def _meaning(match: workflow.Match, dataset: Dataset, key: str) -> str:
    names = {c.name: f"{_words(c.name)}{' (needed)' if c.required else ''}" for c in dataset.columns}
    options = [NOT_USED, *names]
    examples = f" · such as {', '.join(e[:24] for e in match.examples)}" if match.examples else ""
    return st.selectbox(
        f"“{match.cell[:60]}”{examples}", options, options.index(match.column or NOT_USED), key=f"means_{key}",
        format_func=lambda name: names.get(name, "Not used"), width=520,
        help=next((c.meaning for c in dataset.columns if c.name == match.column), None),
    )  # fmt: skip


def _dates(asked: workflow.Questions, used: set[str], place: str) -> dict[str, DateOrder] | None:
    """Column -> order, for the columns whose dates read in several ways; None while one is not answered."""
    answers: dict[str, DateOrder] = {}
    questions = [q for q in asked.dates if q.column in used]
    if questions:
        shell.subsection(
            "How are the dates written?", "03/04/2026 can be 4 March or 3 April: it is asked, never guessed."
        )
    for question in questions:
        options = [o for o in _ORDERS if (o == "days") == (question.likely == "days")]
        answer = st.segmented_control(
            f"{_words(question.column).capitalize()}, such as {', '.join(question.examples)}",
            options, key=f"order_{place}_{question.column}", format_func=_ORDERS.__getitem__,
        )  # fmt: skip
        if question.likely and answer is None:
            st.caption(f"The first rows can only be read one way: {_ORDERS[question.likely].lower()}. Confirm it.")
        if answer:
            answers[question.column] = answer
    return answers if len(answers) == len(questions) else None
