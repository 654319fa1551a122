"""Referrals: a partner's own, who refers to it, what became of them, and where it says no and why."""

from collections.abc import Mapping

from pages.components.layout import page_frame, page_state
from pages.components.referring import referral_words
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
        return
    _side(own.to_us, own.names, "Who refers to us, and what became of it?", "Where do we say no, and why?")
    _side(own.by_us, own.names, "Where do we refer to, and what became of it?", "Why did those end without help?")
    _open(own)


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
