"""The return file: one workbook in which a receiver tells, for all senders, what became of their referrals.

It is a file of referrals as any other, with the words to choose from in each cell; what is filled in goes through the
same checks. It holds nothing of anybody: no id that could be read is kept.
"""

import io
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter

from schemas.vocabularies.referral_codes import CLOSURE_REASON, NEED, REFERRAL_STATUS
from schemas.vocabularies.vocabulary import Vocabulary

COLUMNS: Mapping[str, tuple[str, str]] = {
    "referral_id": ("Referral number", "The number that traveled with the referral. Yours, where none did."),
    "patient_id": ("Your number of the person", "The same as in your other files. Never a name."),
    "need": ("Need", "What the person was referred for."),
    "sent_on": ("Sent on", "The day on which it was sent."),
    "sent_by": ("Sent by", "The partner that sent it. Blank for one outside the partnership."),
    "status": ("Status", "How far it has come."),
    "status_on": ("Status on", "The day on which it came so far."),
    "closure_reason": ("Closure reason", "Once it is closed: why."),
    "service_on": ("Service on", "The day on which the person was helped."),
}
"""Column -> a short title and how it is filled in."""
_ROWS = 1_000
_DAYS = ("sent_on", "status_on", "service_on")
_LISTS: Mapping[str, Vocabulary] = {"need": NEED, "status": REFERRAL_STATUS, "closure_reason": CLOSURE_REASON}
_LONGEST_LIST = 255
"""Letters of all choices of a cell, as Excel takes them."""


def workbook(senders: Sequence[str], rows: Iterable[Mapping[str, str]] = ()) -> bytes:
    """The file. `senders`: names of partners to choose from; `rows`: what is filled in already."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#F3F6F8", "bottom": 1})
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Referrals")
        sheet.freeze_panes(1, 0)
        for n, (name, (title, how)) in enumerate(COLUMNS.items()):
            sheet.write_string(0, n, name, bold)
            sheet.set_column(n, n, 18, day if name in _DAYS else text)
            sheet.data_validation(1, n, _ROWS, n, _asked(name, title, how, senders))
        for n, row in enumerate(rows, 1):
            for m, name in enumerate(COLUMNS):
                if row.get(name):
                    sheet.write_string(n, m, row[name])
    return held.getvalue()


def _asked(name: str, title: str, how: str, senders: Sequence[str]) -> dict[str, object]:
    """What a cell says when it is chosen, and what it offers; it takes other words too, and the check tells of them."""
    words = list(_LISTS[name].terms) if name in _LISTS else list(senders) if name == "sent_by" else []
    said: dict[str, object] = {"input_title": title, "input_message": how, "error_type": "information"}
    if words and len(",".join(words)) <= _LONGEST_LIST:
        return said | {"validate": "list", "source": words}
    return said | {"validate": "any"}
