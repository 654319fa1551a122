"""Referrals: a partner's own, who refers to it, what became of them, and where it says no and why."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from pages.components.layout import page_address, page_frame, page_state
from pages.components.referring import referral_words, return_file
from pages.components.routes import one_time_downloads
from pages.components.tables.plain_table import facts, listing
from workflow.referring import own_referrals
from workflow.referring.own_referrals import OwnReferrals, Side

_SHOWN = 25


def page() -> None:
    """Draw the page for the partner that looks."""
    viewer, store = page_state.viewer(), page_state.store()
    own = own_referrals.read_own(store, viewer, viewer.partner_id or "")
    page_frame.title(referral_words.headline(own), "Your referrals", referral_words.lead(own))
    if own.first is None:
        page_frame.notice("Nothing to show yet", "The page fills with your first accepted file of referrals.")
        _return_file(own_referrals.read_senders(store, viewer, viewer.partner_id or ""))
        return
    _side(own.to_us, own.names, "Who refers to us, and what became of it?", "Which ended without help, and why?")
    _side(own.by_us, own.names, "Where do we refer to, and what became of it?", "Why did those end without help?")
    _open(own)
    _return_file(own_referrals.read_senders(store, viewer, viewer.partner_id or ""))


def _return_file(senders: Sequence[str]) -> None:
    """What a receiver fills in once for all who refer to it."""
    page_frame.section("Tell all senders what became of it, in one file", referral_words.RETURN_FILE)
    one_time_downloads.button(
        "Return file (Excel)", lambda: [return_file.workbook(senders)], "return_file.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key="return_file",
        help="Empty, with the words to choose from in each cell.",
    )  # fmt: skip
    to = page_address.address("send-data", dataset="referrals")
    st.html(f'<p class="c-fact"><a href="{escape(to)}" target="_self">Send it, filled in</a></p>')


def _side(side: Side, names: Mapping[str, str], who: str, why: str) -> None:
    """Nothing where there are none."""
    if not side.sent:
        return
    page_frame.section(who, "By the latest status that your files tell. The other partner may know more.")
    listing(referral_words.BECAME, referral_words.became(side, names), who)
    if side.refusals:
        page_frame.section(why)
        listing(referral_words.REFUSALS, referral_words.refusals(side), why)
    page_frame.section("How long did it take?", referral_words.WAITS)
    facts(referral_words.waits(side))


def _open(own: OwnReferrals) -> None:
    page_frame.section(
        f"Which are open for more than {own_referrals.RUN_OUT} days?",
        "The measures count them as not closed. Find each by its row in the file that you sent. Ids are not kept.",
    )
    rows = referral_words.open_rows(own)
    if not rows:
        page_frame.notice("None", "Every referral of the last year is closed, or was sent lately.")
        return
    listing(referral_words.OPEN, rows[:_SHOWN], "Open referrals")
    one_time_downloads.button(
        "Download the list", lambda: [referral_words.open_file(own)], "open_referrals.csv", "text/csv",
        key="open_referrals", help="All open referrals. No ids of people are in it.",
    )  # fmt: skip
