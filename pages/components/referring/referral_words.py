"""What a partner reads of its own referrals, in words."""

import csv
import io
from collections.abc import Mapping

from data.ledger.submissions import Window
from pages.components.forms.finding_cards import safe
from pages.components.tables.plain_table import Cell
from pages.components.wording.count_words import dates, day, many
from schemas.vocabularies.referral_codes import CLOSURE_REASON, NEED
from workflow.referring.own_referrals import OwnReferrals, Side

NOT_TOLD = "Not told in the file"
NO_REASON = "No reason told"
BECAME = ["Partner", "Referrals", "Helped", "No help", "Open"]
REFUSALS = ["Need", "Referrals", "Why they ended without help"]
OPEN = ["Submission", "Row", "Need", "Sent on", "Other end", "Days open"]
WHOSE = "Exact, from your own files. Only you see this page."
RETURN_FILE = (
    "One row for each referral, whoever sent it. It comes back as this page, and counts once with what the sender told."
)
WAITS = "Whoever has no help yet counts as waiting. An average of those who were helped would be too short."


def headline(own: OwnReferrals) -> str:
    """What became of the referrals to the partner; of those by it, where nobody refers to it."""
    side, what = (own.to_us, "to us") if own.to_us.sent else (own.by_us, "that we sent")
    if not side.sent:
        return "No referral of the last year is in your files"
    return f"Of {many(side.sent, 'referral')} {what}, {side.helped:,} ended with help"


def lead(own: OwnReferrals) -> str:
    """Which referrals the page is of."""
    return f"Referrals sent {dates(Window(own.first, own.last))}. {WHOSE}" if own.first else WHOSE


def became(side: Side, names: Mapping[str, str]) -> list[list[Cell]]:
    """A line for each partner at the other end."""
    return [[_other(b.other, names), b.sent, b.helped, b.closed, b.open] for b in side.by_other]


def _other(partner_id: str | None, names: Mapping[str, str]) -> str:
    return NOT_TOLD if partner_id is None else names.get(partner_id, partner_id)


def refusals(side: Side) -> list[list[Cell]]:
    """A line for each need and reason."""
    return [[NEED.label(n), many, CLOSURE_REASON.label(why) if why else NO_REASON] for n, why, many in side.refusals]


def waits(side: Side) -> list[tuple[str, str]]:
    """How long help took: name and figure."""
    half, low, high = side.half
    words = "Not known: fewer than half have got help so far"
    if half is not None:
        words = _days(half)
        if low is not None:
            words += f"; by chance alone it could be {low:.0f} to {high:.0f}" if high else f"; at least {low:.0f}"
    shares = [(f"Helped within {days} days", f"{100 * share:.0f}%") for days, share in side.helped_by]
    return [("Half of the people are helped within", words), *shares]


def _days(number: float) -> str:
    return many(round(number), "day")


def open_rows(own: OwnReferrals) -> list[list[Cell]]:
    """The referrals that are open too long, each by where it stands in the partner's own files."""
    return [
        [f"No. {r.submission}", r.row, NEED.label(r.need), day(r.sent_on),
         _other(r.other, own.names), r.days]
        for r in own.open_too_long
    ]  # fmt: skip


def open_file(own: OwnReferrals) -> bytes:
    """The same as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["submission", "row", "need", "sent_on", "other_end", "days_open"])
    for r in own.open_too_long:
        other = safe(_other(r.other, own.names))
        writer.writerow([r.submission, r.row, r.need, r.sent_on, other, r.days])
    return text.getvalue().encode("utf-8-sig")
