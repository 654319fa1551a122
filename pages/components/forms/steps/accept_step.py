"""Step 4: the yes, and the receipt for it."""

import logging

import streamlit as st

from data.ledger.current_rows import Effect, Late
from data.ledger.submissions import NotPossible, Submission
from pages.components.forms.steps import preview_step
from pages.components.forms.steps.shown_meanwhile import shown_meanwhile
from pages.components.forms.upload_draft import Draft, Receipt
from pages.components.layout import page_frame, page_state
from pages.components.tables import row_changes
from pages.components.tables.plain_table import facts
from pages.components.wording.count_words import dates, many
from pages.components.wording.releases import closing_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.viewer import Viewer
from workflow import accepting, discussing, reading, releasing
from workflow.publishing import release_preview

log = logging.getLogger(__name__)


def headline(at: Draft) -> str:
    """The question, or after the yes what came of it."""
    kind = DATASETS[at.dataset].title.lower()
    if at.receipt is None:
        return f"Accept {many(at.report.rows_kept, 'row')} of {kind}?"
    if at.receipt.release is None:
        return f"Accepted: {many(at.report.rows_kept, 'row')} of {kind}"
    return f"Accepted: the dashboards now show release {at.receipt.release}"


def ask(at: Draft, effect: Effect | None) -> None:
    """Draw the step's body before the yes."""
    if effect is None:
        preview_step.lapsed()
        return
    then = "A new release is made at once, and the dashboards show it." if _at_once() else _next_release()
    st.markdown(f"{then} You can withdraw it until its quarter closes. What it replaced then counts again.")
    rows = row_changes.words(at.preview.compared) if at.preview else ""
    facts([("File", at.name), ("Its rows", rows), *preview_step.row_facts(at, effect)])


def _next_release() -> str:
    store = page_state.store()
    planned = closing_words.planned(release_preview.planned(store), store.partnership.day)
    return f"Your rows count from the next release. {planned}"


def _at_once() -> bool:
    return page_state.store().partnership.policy.release_on_accept


def accept(at: Draft) -> str | None:
    """Accept and, where the partnership wants it so, publish; why not, when it was not possible.

    A second click finds the receipt, or the ledger's "accepted", and changes nothing.
    """
    number, store = at.checked.submission or 0, page_state.store()
    if at.receipt:
        return None
    with shown_meanwhile("Accepting the rows and making the release" if _at_once() else "Accepting the rows") as heard:
        # Nothing of Streamlit may stand between here and the receipt: a click would stop the run half-way.
        try:
            moved = not any(e.submission == number and e.state == "accepted" for e in _ledger(at))
            entry = accepting.accept(
                store,
                number,
                accept_valid=at.good_rows_only,
                actor=page_state.actor(),
                explained=True,
                heard=heard,
                viewer=page_state.viewer(),
            )
        except NotPossible as error:
            return str(error)
        at.sent, at.receipt = None, released(entry, at.viewer, moved=moved)
    return None


def _ledger(at: Draft) -> list[Submission]:
    return reading.read_submissions(page_state.store(), at.viewer)


def released(entry: Submission, viewer: Viewer, *, moved: bool) -> Receipt:
    """Make the release that follows a change, unless the policy says to wait.

    `moved`: this very step changed what counts. Otherwise an earlier one did, and its release may be missing.
    """
    store = page_state.store()
    shown = reading.current_release(store)
    if not _at_once():
        return Receipt(entry, None)
    if not moved and shown and shown.shows(entry):
        return Receipt(entry, shown.number)
    try:
        return Receipt(entry, releasing.publish_by_policy(store, page_state.actor()))
    except Exception as error:
        # What counts stays so; only the kind of error is logged, never its text.
        log.error("release after submission %s failed: %s", entry.submission, type(error).__name__)
        return Receipt(entry, None, publish_failed=True)


def thank(at: Draft) -> None:
    """Draw the receipt."""
    receipt = at.receipt
    assert receipt
    late = discussing.read_late(page_state.store(), at.viewer, receipt.entry.submission)
    with st.container(border=True, key="receipt"):
        st.badge("Accepted", icon=":material/check:", color="blue")
        facts([
            ("Receipt", f"Submission {receipt.entry.submission}"),
            ("Joined", f"{many(receipt.entry.rows_kept - _late(late), 'row')} of {DATASETS[at.dataset].title.lower()}"),
            ("Too late to count", closing_words.not_counted(late)),
            ("Left blank", preview_step.left_blank(at.report)),
            ("Dates covered", dates(receipt.entry.covers)),
            ("Release", _release_words(receipt)),
        ])  # fmt: skip
    if receipt.publish_failed:
        page_frame.notice(
            "The release could not be made",
            "The rows are accepted and safe. The dashboards still show the release before.",
            "Tell the backbone staff. The usual cause is a full disk.",
        )


def _late(late: Late | None) -> int:
    return late.rows if late else 0


def _release_words(receipt: Receipt) -> str:
    if receipt.release:
        return f"Release {receipt.release}, shown to everyone now"
    return "Not made yet" if receipt.publish_failed else _next_release()
