"""What the dates of a whole file tell: the order in which they were written, and what a spreadsheet did to them."""

from collections.abc import Mapping

from data.findings import Findings, Refused
from data.reading.column_words import Reading

CONTRADICTED_FROM = 3
"""Dates that fit only the other order, while none fits only the one that was said: fewer may be mistyped."""
_WORDS = {"mdy": "month first", "dmy": "day first"}
_TOLD = {"day_in_utc": "Such times: {:,}.", "impossible_time": "Such times: {:,}."}


def look(signs: Mapping[tuple[str, str], int], reading: Reading, findings: Findings) -> None:
    """Add what the file as a whole says of each date column. Raises Refused where it contradicts the order said."""
    for column in dict.fromkeys(column for _, column in signs):
        count = {sign: n for (sign, c), n in signs.items() if c == column}
        order = reading.order(column)
        _refuse_contradicted(column, count, order)
        for rule, note in _TOLD.items():
            if rule in count:
                findings.whole(rule, column, note=note.format(count[rule]))
        if _maybe_flipped(count):
            findings.whole("maybe_flipped_dates", column)


def _refuse_contradicted(column: str, count: Mapping[str, int], order: str) -> None:
    own, other = ("second_above_12", "first_above_12") if order == "mdy" else ("first_above_12", "second_above_12")
    if order in _WORDS and not count.get(own) and count.get(other, 0) >= CONTRADICTED_FROM:
        fits = _WORDS["dmy" if order == "mdy" else "mdy"]
        note = f"It was said: {_WORDS[order]}. But {count[other]:,} dates of this file can only be {fits}."
        raise Refused("date_order_unknown", column=column, note=note)


def _maybe_flipped(count: Mapping[str, int]) -> bool:
    """Excel turns 04/03/2026 into a date, by its own order, and leaves 13/03/2026 as text: then no date with the year
    first has a day above 12, and every slashed one has a part above 12."""
    slashed, above = count.get("slashed", 0), count.get("first_above_12", 0) + count.get("second_above_12", 0)
    return slashed >= 3 and slashed == above and count.get("iso", 0) >= 3 and not count.get("iso_above_12")
