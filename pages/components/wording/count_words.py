"""Counts and days in the words of the upload half."""

import datetime as dt

from data.ledger.submissions import Window


def day(value: dt.date) -> str:
    """A day as 30 Sep 2026."""
    return f"{value.day} {value:%b %Y}"


def dates(window: Window) -> str:
    """A window of days; nothing for a dataset without dates."""
    if window.first is None or window.last is None:
        return ""
    return f"{day(window.first)} to {day(window.last)}"


def many(count: int, one: str, several: str = "") -> str:
    """A count with its noun: 1 row, 4,779 rows."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def listed(parts: list[str]) -> str:
    """Words as a list: a, b and c."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def size(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(count // 1000, 1)} kB"
