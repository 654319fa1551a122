"""Step 1: which kind of file, which dates, and the file itself."""

import datetime as dt

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

import workflow
from pages.components import draft, shell, state, templates
from pages.components.phrases import day, listed, many
from schemas.datasets import DATASETS
from schemas.partnership import Partner
from schemas.viewer import Viewer

_NOTHING = "Nothing in force yet."


def headline(partner: Partner, standing: dict[str, workflow.Standing], today: dt.date) -> str:
    """What the partner owes most: the agreed datasets that nothing is in force of, else the one that ends first."""
    agreed = [standing[name] for name in partner.sends if name in standing]
    if not any(s.rows for s in agreed or standing.values()):
        return f"Nothing from {partner.name} is in force yet: send the first file"
    if missing := [DATASETS[s.dataset].title for s in agreed if not s.rows]:
        return f"Still missing from {partner.name}: {listed(missing).lower()}"
    ends = [(s.last, s.dataset) for s in agreed if s.last]
    last_month = today.replace(day=1) - dt.timedelta(days=1)
    if ends and min(ends)[0] < last_month:
        last, name = min(ends)
        return f"{DATASETS[name].title} end on {day(last)}: send what came after"
    return f"Everything that {partner.name} sends is in force to {day(min(ends)[0])}" if ends else "Send a file"


def for_whom(partner: Partner) -> None:
    """Let backbone staff choose whose file it is."""
    names = {p.id: p.name for p in state.store().partnership.partners}
    chosen = st.selectbox(
        "Whose file is it?",
        list(names),
        index=list(names).index(partner.id),
        format_func=names.__getitem__,
        key="send_for",
        width=360,
    )
    state.keep("partner", chosen)


def in_force(standing: workflow.Standing) -> str:
    """What is in force of a dataset, in a sentence."""
    if not standing.rows:
        return _NOTHING
    until = f", to {day(standing.last)}" if standing.last else ""
    return f"In force: {many(standing.rows, 'row')}{until}."


def choose(partner: Partner, standing: dict[str, workflow.Standing]) -> draft.Sent | None:
    """Draw the step; what is ready to be checked, if anything is."""
    kinds, file = st.columns([2, 3], gap="medium")
    with kinds:
        dataset = _kind(partner, standing)
    with file:
        shell.section(DATASETS[dataset].title, f"{DATASETS[dataset].meaning} {in_force(standing[dataset])}")
        templates.explained(dataset, f"send_{dataset}")
        limit = state.store().partnership.policy.largest_upload_mb
        chosen = st.file_uploader(
            f"Your file: CSV, separated by comma, tab, semicolon or pipe; up to {limit} MB",
            ["csv", "tsv", "txt"], key=f"file_{dataset}", max_upload_size=limit,
        )  # fmt: skip
        stated, covers = _dates(dataset) if DATASETS[dataset].starts else (True, None)
    if chosen is None or not stated:
        return None
    return draft.Sent(chosen.name, chosen.getvalue(), dataset, partner.id, covers)


def _kind(partner: Partner, standing: dict[str, workflow.Standing]) -> str:
    """The chooser of the kind of file; agreed ones come first."""
    options = [*(n for n in partner.sends if n in DATASETS), *(n for n in DATASETS if n not in partner.sends)]
    ends = [(last, name) for name in options if (last := standing[name].last)]
    due = min(ends)[1] if ends else options[0]
    chosen = st.radio(
        "What is in the file?", options, index=options.index(state.picked("dataset", options, due)),
        format_func=lambda name: DATASETS[name].title,
        captions=[in_force(standing[name]) for name in options], key=f"kind_{partner.id}",
    )  # fmt: skip
    state.keep("dataset", chosen)
    return chosen


def _dates(dataset: str) -> tuple[bool, workflow.Window | None]:
    """Whether it is settled which dates the file covers, and which; None to work them out."""
    how = st.segmented_control(
        "Which dates does it cover?", ["Work out from the file", "I will say"], default="Work out from the file",
        required=True, key=f"dates_{dataset}",
        help="State them when the file has no rows at the start or end of its period, such as a quiet first week.",
    )  # fmt: skip
    if how != "I will say":
        return True, None
    today = workflow.today(state.store().partnership)
    start, end = st.columns(2)
    least, shape = dt.date(1900, 1, 1), "YYYY-MM-DD"
    first = start.date_input("First day", None, least, today, f"first_{dataset}", format=shape)
    last = end.date_input("Last day", None, least, today, f"last_{dataset}", format=shape)
    if first is None or last is None:
        st.caption("Choose both days to go on.")
        return False, None
    if last < first:
        st.caption("The last day is before the first: correct one of them.")
        return False, None
    return True, workflow.Window(first, last)


def check(viewer: Viewer, sent: draft.Sent) -> None:
    """Check the file with its progress shown, then go on to the findings."""
    about = max(sent.data.count(b"\n"), 1)
    bar = st.progress(0.0, text="Reading the file")

    context = get_script_run_ctx()

    def told(rows: int) -> None:
        # The file is read on a thread of its own, which Streamlit has to be told about.
        add_script_run_ctx(ctx=context)
        bar.progress(min(rows / about, 1.0), text=f"Checked {rows:,} of about {about:,} rows")

    draft.send(viewer, sent, told)
    st.rerun()
