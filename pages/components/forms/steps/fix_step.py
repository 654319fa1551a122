"""Step 2: what was found in the file, and how to fix it."""

import streamlit as st

from data.checking.intake_report import Report
from pages.components.forms import (
    appeal_form,
    cell_editor,
    finding_cards,
    guard_questions,
    reason_form,
    repair_receipt,
    word_questions,
)
from pages.components.forms.steps import choose_step
from pages.components.forms.upload_draft import Draft
from pages.components.layout import page_frame, page_state
from pages.components.tables.plain_table import facts
from pages.components.wording import profile_words
from pages.components.wording.count_words import dates, day, listed, many
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import FileProfile
from schemas.policy.partner import DateOrder

KEPT = "Nothing of this file was kept."
_ORDERS: dict[DateOrder, str] = {"mdy": "Month first (03/31/2026)", "dmy": "Day first (31/03/2026)"}


def headline(at: Draft) -> str:
    """The step's finding in one sentence."""
    report = at.report
    if at.checked.known:
        return f"You have sent this file already, as submission {at.checked.known.submission}"
    if report.refused:
        return _refused_title(report.refused.rule.id, report.refused.rule.title)
    if report.asks:
        return f"{many(len({rule for rule, _ in report.asks}), 'question')} before this file can count"
    if not at.acceptable:
        return _too_many(at)
    if report.rows_blocked:
        return f"{_rows(at, report.rows_blocked)} will not count unless fixed"
    return _nothing_blocks(at)


def _too_many(at: Draft) -> str:
    """More rows cannot be used than a file may lose. Words that are not known yet lose nothing: their sender can say
    what they mean."""
    blocking = [group for group in _groups(at) if group.rule.severity == "blocks"]
    if at.sent and blocking and all(group.rule.base == "not_in_vocabulary" for group in blocking):
        words = sum(group.cells.select("column", "value").n_unique() for group in blocking)
        return f"Say what {many(words, 'word')} of this file {'means' if words == 1 else 'mean'}"
    return f"{_rows(at, at.report.rows_unusable)} cannot be used: too many to go on"


def _nothing_blocks(at: Draft) -> str:
    asked = reason_form.asked(at)
    if waits := reason_form.missing(asked):
        return f"Nothing blocks this file; {many(waits, 'warning')} to fix or explain"
    if at.report.rows_left_blank:
        return f"{_rows(at, at.report.rows_left_blank)} will lose a value unless fixed"
    if asked:
        return f"Nothing has to be fixed; {many(len(asked), 'warning')} explained"
    groups = len(finding_cards.groups(at.report.table, at.report.findings.rules))
    return f"Nothing has to be fixed; {many(groups, 'thing')} to know" if groups else "Nothing to fix"


def _refused_title(rule: str, title: str) -> str:
    return "Which comes first in your dates, the month or the day?" if rule == "date_order_unknown" else title


def _rows(at: Draft, some: int) -> str:
    return f"{some:,} of {many(at.report.records, 'row')}"


def fix(at: Draft) -> None:
    """Draw the step's body."""
    if at.checked.known:
        _known(at)
    elif at.report.refused:
        _refused(at)
    elif at.report.asks:
        _asked(at)
    else:
        _found(at)
    appeal_form.about_draft(at)


def _known(at: Draft) -> None:
    entry = at.checked.known
    assert entry
    page_frame.notice(
        "Nothing changed",
        f"Submission {entry.submission} was accepted on {day(entry.at.date())} from the very same file.",
        "To send a correction, choose the corrected file. To take the file back, withdraw it in the history below.",
    )


def _refused(at: Draft) -> None:
    refused = at.report.refused
    assert refused
    row = at.report.place(refused.row) if refused.row else ""
    places = (
        row if at.report.origin else f"row {row}" if row else "",
        f"column {refused.column}" if refused.column else "",
    )
    where = ", ".join(place for place in places if place)
    if refused.rule.id == "date_order_unknown" and at.sent:
        _ask_order(at, where)
        return
    with st.container(border=True, key="refused"):
        look = finding_cards.LOOKS["stops"]
        st.badge(look.words, icon=f":material/{look.icon}:", color="red")
        facts(
            [
                ("What", " ".join(p for p in (f"{refused.rule.title}.", refused.note) if p)),
                ("Where", where.capitalize() if where else "The whole file"),
                ("How to fix it", refused.rule.fix),
            ]
        )
        if KEPT not in refused.rule.fix:
            st.caption(KEPT)


def _ask_order(at: Draft, where: str) -> None:
    assert at.sent
    with st.container(border=True, key="order"):
        st.text(
            f"A date is written with slashes in {where}. 03/04/2026 can be March 4 or April 3. We never guess. "
            "Your answer holds for the whole column and is kept for your next files."
        )
        order = st.segmented_control(
            "Which comes first?", list(_ORDERS), format_func=_ORDERS.__getitem__, key="date_order"
        )
        st.caption("Nothing of this file was kept so far.")
        column = at.report.refused.column if at.report.refused else None
        if order and column:
            before = at.sent.said or FileProfile()
            choose_step.again(
                at, said=before.merged(FileProfile(date_orders={column: order}, unrepaired=before.unrepaired))
            )


def _asked(at: Draft) -> None:
    """What has to be answered first; what was found besides is below."""
    _facts_of_file(at)
    guard_questions.ask(at)
    if others := [group for group in _groups(at) if not group.rule.answer]:
        page_frame.subsection("Also found")
        _views(at, others)


def _facts_of_file(at: Draft) -> None:
    line = f"**{_plain(at.name)}** · {DATASETS[at.dataset].title} · {many(at.report.rows_in, 'row')}"
    st.markdown(line + (f" · {dates(at.report.covers)}" if at.report.covers.first else ""))
    if at.sent and at.sent.said and (said := profile_words.summary(at.sent.said)):
        st.caption(f"Read as you said: {said}.")
    if at.sent and (names := at.sent.left_out):
        st.caption(f"Left out of this file: {listed([_plain(name) for name in names])}.")


def _found(at: Draft) -> None:
    report, found = at.report, _groups(at)
    _facts_of_file(at)
    with st.container(horizontal=True, key="file_badges"):
        _badges(at, found)
    if not at.acceptable:
        limit = page_state.store().partnership.limits.worded["blocked_share"]
        st.markdown(
            f"Up to {limit} of a file's rows may be unusable. Here it is {report.unusable_share:.1%}. "
            "**Nothing of this file was kept.** Fix it below, or in your file and choose it again."
        )
    if found and at.checked.table is None and at.acceptable:
        st.caption("The values are not kept here. Look up the rows in your own file.")
    repair_receipt.receipt(at)
    if found:
        _views(at, found)
    cell_editor.fix_here(at)


def _views(at: Draft, found: list[finding_cards.Group]) -> None:
    """The findings by cause, by row, or summed up; filtered, and those that hold what is looked for."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="views"):
        view = st.segmented_control("Show the findings", list(_VIEWS), default="By cause", required=True, key="view")
        looked_for = st.text_input("Find a row, column, word or value", key="look_for", width=280)
        narrowed = _filtered(found)
    shown = finding_cards.matching(narrowed, looked_for)
    _how_many(found, shown)
    if not shown:
        return
    dataset, notes = DATASETS[at.dataset], at.report.findings.notes
    if view == "By row":
        finding_cards.by_row(shown, at.report.place)
    elif view == "Summary":
        finding_cards.summary(shown)
    else:
        finding_cards.draw(shown, dataset, notes, above=lambda group: _above(at, group), place=at.report.place)


_VIEWS = ("By cause", "By row", "Summary")


def _groups(at: Draft) -> list[finding_cards.Group]:
    return finding_cards.groups(at.checked.shown_findings, at.report.findings.rules, at.checked.own_names)


def _filtered(found: list[finding_cards.Group]) -> list[finding_cards.Group]:
    """The findings that a person wants to see: by how heavy they are, by cause and by column."""
    if len(found) < 2:
        return found
    severities = list(dict.fromkeys(g.rule.severity for g in found))
    titles = {g.rule.id: g.rule.title for g in found}
    columns = sorted({name or finding_cards.WHOLE_ROW for g in found for name in g.cells["named"].unique()})
    # What was chosen for another file may not be there now.
    chosen = [
        [w for w in st.session_state.get(f"only_{what}", []) if w in options]
        for what, options in (("heavy", severities), ("causes", titles), ("columns", columns))
    ]
    active = sum(map(len, chosen))
    for what, kept in zip(("heavy", "causes", "columns"), chosen, strict=True):
        st.session_state[f"only_{what}"] = kept
    with st.popover(f"Filter ({active})" if active else "Filter", icon=":material/filter_list:", key="filter"):
        heavy = st.pills(
            "Only these findings", severities, selection_mode="multi", key="only_heavy",
            format_func=lambda s: finding_cards.LOOKS[s].words,
        )  # fmt: skip
        causes = st.multiselect("Only these causes", list(titles), format_func=titles.__getitem__, key="only_causes")
        only = st.multiselect("Only these columns", columns, key="only_columns")
    return finding_cards.narrowed(found, heavy, causes, only)


def _how_many(found: list[finding_cards.Group], shown: list[finding_cards.Group]) -> None:
    everything, seen = (sum(len(g.cells) for g in groups) for groups in (found, shown))
    if not shown:
        st.caption("No finding has this. Clear the search or the filter to see all.")
    elif seen < everything:
        st.caption(f"{seen:,} of {many(everything, 'finding')} shown.")


def _above(at: Draft, group: finding_cards.Group) -> None:
    if group.rule.base in (*word_questions.UNREADABLE, *word_questions.IMPLAUSIBLE):
        word_questions.ask(at, group)
    reason_form.beside(at, group)


def _plain(name: str) -> str:
    """A file's name without what Markdown would take for its own."""
    shown = name if len(name) <= 60 else f"{name[:40]}…{name[-15:]}"
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!|~$:<>&" else c for c in shown)


def _why_unusable(report: Report) -> None:
    """With the rows that are blocked these add up to the file's records."""
    if report.rows_undecided:
        words = f"{many(report.rows_undecided, 'row')} without a value that is needed"
        st.badge(words, icon=":material/backspace:", color="yellow")
    st.badge(f"{many(report.records - report.rows_unusable, 'row')} can be used", icon=":material/check:", color="blue")


def _badges(at: Draft, found: list[finding_cards.Group]) -> None:
    report = at.report
    if report.rows_blocked:
        st.badge(f"{many(report.rows_blocked, 'row')} blocked", icon=":material/do_not_disturb_on:", color="orange")
    asked = reason_form.asked(at)
    if waits := reason_form.missing(asked):
        st.badge(f"{many(waits, 'warning')} to fix or explain", icon=":material/help:", color="yellow")
    elif asked:
        st.badge(f"{many(len(asked), 'warning')} explained", icon=":material/done_all:", color="gray")
    if at.acceptable:
        stays = f", {report.rows_left_blank:,} of them with a value left blank" if report.rows_left_blank else ""
        st.badge(f"{many(report.rows_kept, 'row')} would count{stays}", icon=":material/check:", color="blue")
    else:
        _why_unusable(report)
    if report.rows_left_out:
        st.badge(f"{many(report.rows_left_out, 'row')} left out: not a record", icon=":material/remove:", color="gray")
