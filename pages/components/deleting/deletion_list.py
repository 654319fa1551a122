"""What was deleted so far, each with its receipt."""

import streamlit as st

from data.ledger.deletions.deletion_records import Deletion
from pages.components.layout import page_frame, page_state
from pages.components.routes import one_time_downloads
from pages.components.sections import history_view
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording.count_words import many
from workflow.deleting import deleting, deletion_receipt


def draw() -> None:
    """The list, the newest first; of the newest the receipt."""
    store, viewer = page_state.store(), page_state.viewer()
    found = deleting.read_deletions(store, viewer=viewer)
    page_frame.section("What was deleted so far?", "The list says how much, never whose rows they were.")
    if not found:
        st.html('<p class="c-state">Nothing so far.</p>')
        return
    listing(["No.", "When", "By", "What", "Rows", "Why"], [_row(one) for one in found], "Deletions")
    numbers = {one.deletion: one for one in found}
    chosen = st.selectbox(
        "Receipt of deletion", list(numbers), key=f"deletion_receipt_of_{found[0].deletion}", width=240
    )
    one_time_downloads.button(
        "Take the receipt along", deletion_receipt.as_text(store, numbers[chosen], viewer).encode(),
        f"deletion_{chosen}.txt", "text/plain", key="deletion_receipt",
        help="What went, when and why, and what remains where. It names nobody.",
    )  # fmt: skip


def done(number: int | None) -> None:
    """That a deletion was just made."""
    if number is None:
        return
    told = next(
        d for d in deleting.read_deletions(page_state.store(), viewer=page_state.viewer()) if d.deletion == number
    )
    cleaned = "Nothing of it is left in the store's file." if told.cleaned_at else (
        "Others were writing, so the store's file is cleaned at the next start."
    )  # fmt: skip
    rows = sum(told.rows.values())
    lines = [f"{many(rows, 'row')} {'is' if rows == 1 else 'are'} gone. {cleaned}"]
    if told.releases:
        lines.append("Make a release when you can: until then analysts have no research edition of those removed.")
    page_frame.notice(f"Deletion {number} is done", *lines)


def _row(one: Deletion) -> list[Cell]:
    return [
        one.deletion, history_view.moment(one.at), history_view.who(one.actor),
        deletion_receipt.subject(page_state.store(), one), sum(one.rows.values()), one.reason,
    ]  # fmt: skip
