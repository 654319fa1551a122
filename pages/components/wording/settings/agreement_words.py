"""An agreement in words: how it stands, what it allows, and what a change of it leads to."""

import datetime as dt
from collections.abc import Iterator

from pages.components.wording.count_words import day, listed
from pages.components.wording.settings import field_words
from schemas.policy.agreements.agreement import Agreement, Purpose
from schemas.policy.partner import Partner

NEXT = "Backbone staff renew the agreement on the page Settings. What was sent so far is listed below."


def headline(partner: Partner, today: dt.date) -> str:
    """The title of a page on which nothing can be sent."""
    if partner.agreement is None or partner.has_left(today):
        return f"No file of {partner.name} is taken"
    match partner.agreement.state(today):
        case "not yet":
            return f"The agreement with {partner.name} has not begun"
        case "ended":
            return f"The agreement with {partner.name} has ended"
    return f"The agreement with {partner.name} has expired"


def short(agreed: Agreement | None, today: dt.date) -> str:
    """How it stands, for a list."""
    if agreed is None:
        return "–"
    match agreed.state(today):
        case "ended":
            return f"Ended on {_on(agreed.ended)}"
        case "expired":
            return f"Expired on {_on(agreed.ends)}"
        case "not yet":
            return f"From {_on(agreed.starts)}"
    return f"Until {_on(agreed.ends)}" if agreed.ends else "Holds, without an end"


def _on(value: dt.date | None) -> str:
    return day(value) if value else "–"


def whole(agreed: Agreement) -> str:
    """All of it, for a list of changes."""
    digits = field_words.option("zip_digits", agreed.zip_digits).lower() if agreed.zip_digits is not None else ""
    return "; ".join(
        part
        for part in (
            agreed.document,
            field_words.option("scope", agreed.scope).lower(),
            f"digits of the ZIP code: {digits}" if digits else "",
            listed([field_words.option("purposes", one).lower() for one in agreed.purposes]),
            f"from {day(agreed.starts)}" if agreed.starts else "",
            f"until {day(agreed.ends)}" if agreed.ends else "",
            f"ended on {day(agreed.ended)}" if agreed.ended else "",
            "what was sent leaves with it" if agreed.when_ended == "leaves" else "",
        )
        if part
    )


def note(partner: Partner, today: dt.date) -> str:
    """What the reporting calendar says of it; empty while nothing is near."""
    agreed = partner.agreement
    if agreed is None:
        return ""
    whose = f"The agreement with {partner.name}"
    match agreed.state(today):
        case "ends soon":
            return f"{whose} ends on {_on(agreed.ends)}. After it, no file is taken."
        case "expired":
            return f"{whose} expired on {_on(agreed.ends)}. No file is taken until it is renewed."
        case "ended":
            return f"{whose} ended on {_on(agreed.ended)}. No file is taken any more."
        case "not yet":
            return f"{whose} begins on {_on(agreed.starts)}. No file is taken before."
    return ""


def effect(was: Partner, one: Partner, today: dt.date) -> Iterator[str]:
    """What a change of it leads to."""
    before, after = was.refusal(today), one.refusal(today)
    if after and not before:
        yield f"No file of {one.name} is taken any more."
    elif before and not after:
        yield f"Files of {one.name} are taken again."
    agreed = one.agreement
    if agreed is None:
        yield f"Nothing is enforced of an agreement with {one.name}."
        return
    if agreed.scope == "counts" and not (was.agreement and was.agreement.scope == "counts"):
        yield f"From now on {one.name} can send counts only. Rows that it sent stay."
    yield from _purposes(one)
    if agreed.ends and not after:
        yield f"Files of {one.name} are taken until {day(agreed.ends)}."


_WITHOUT: dict[Purpose, str] = {
    "research": "The next release has no rows of {} for research. Earlier research editions with its rows are removed.",
    "quality_improvement": "{} is in no judgment of an action's impact.",
    "public_reporting": "Community pages cannot be written while counts of {} are in the figures.",
}


def _purposes(one: Partner) -> Iterator[str]:
    """What is not done with its data, since the agreement does not include it."""
    for purpose, words in _WITHOUT.items():
        if not one.allows(purpose):
            yield words.format(one.name)
