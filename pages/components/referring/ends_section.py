"""Beside the measure of help received: how long it took and why others ended without it, for everyone."""

from metrics.statistics.intervals import wilson
from pages.components.layout import page_frame, page_state
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import listed
from schemas.vocabularies.referral_codes import CLOSURE_REASON
from workflow.referring import published_ends
from workflow.referring.published_ends import YearEnds

_OPEN = "Open, or no outcome known"
_HEADS = ("Year sent", "Helped within", "Share of all", "95% range")
_WHY = ("Year sent", "Not helped within 90 days", "Referrals")
WHY = "What the receivers said. Each need of a person counts once."
HIDDEN = "Hidden to protect privacy"
WAITS = "Of all referrals of a calendar year, each followed for 90 days. Whoever has no help yet counts as waiting."


def of_measure(indicator: str) -> None:
    """Nothing for other measures, and before a whole year has closed."""
    if indicator != published_ends.MEASURE:
        return
    years = published_ends.read_ends(page_state.store(), viewer=page_state.viewer())
    if not years:
        return
    page_frame.section("How long did help take?", WAITS)
    listing(_HEADS, [row for one in years for row in waits(one)], "Days to help")
    page_frame.section("Why did the others end without it?", WHY)
    listing(_WHY, [row for one in years for row in reasons(one)], "Reasons")


def waits(one: YearEnds) -> list[list[str]]:
    """The share helped by each day that may be told, with its interval."""
    every, helped, rows = sum(n for _, n in one.days), 0, []
    for parts, many in one.days[:-1]:
        helped += many
        low, high = (float(end) for end in wilson(helped, every))
        rows.append([str(one.year), f"{parts[-1]} days", f"{helped / every:.1%}", f"{low:.1%} to {high:.1%}"])
    return rows or [[str(one.year), "–", HIDDEN, "–"]]


def reasons(one: YearEnds) -> list[list[str | int]]:
    """How many ended without help, by reason; reasons that few have are told together."""
    return [[str(one.year), _called(parts), many] for parts, many in one.reasons] or [[str(one.year), HIDDEN, "–"]]


def _called(parts: tuple[str, ...]) -> str:
    names = [_OPEN if part == "open" else CLOSURE_REASON.label(part) for part in parts]
    return listed([names[0], *(name[:1].lower() + name[1:] for name in names[1:])]).replace(" and ", " or ")
