"""Which quarters are closed, and which submission decides about a closed day."""

import datetime as dt
import random

import pytest

from data.ledger.closed_quarters import Closing, due
from data.ledger.submissions import Piece, settled_pieces
from schemas.policy.partnership import Calendar

FIRST = dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("today", "after_days", "last_day"),
    [
        ("2026-10-20", None, "2026-06-30"),
        ("2026-09-30", None, "2026-03-31"),
        ("2026-10-01", None, "2026-06-30"),
        ("2026-01-31", None, "2025-09-30"),
        ("2026-10-01", 0, "2026-09-30"),
        ("2026-09-30", 0, "2026-06-30"),
        ("2026-05-15", 45, "2025-12-31"),
        ("2026-05-16", 45, "2026-03-31"),
    ],
)
def test_a_quarter_is_due_to_close_on_the_day_after_its_close_day(today, after_days, last_day):
    found = due(Calendar(closes_after_days=after_days), dt.date.fromisoformat(today))
    assert found == dt.date.fromisoformat(last_day)


def test_every_closed_day_stays_with_its_last_acceptance_before_the_closing_and_every_open_day_with_the_last():
    chance = random.Random(11)
    for _ in range(200):
        windows = [(a, a + chance.randrange(30)) for a in (chance.randrange(60) for _ in range(8))]
        marks = sorted(chance.sample(range(10, 70), 2))  # last closed days
        known = sorted(chance.sample(range(9), 2))  # acceptances before each closing

        def accepted(upto: int, windows=windows) -> list[Piece]:
            return [Piece(n, n, day(a), day(b)) for n, (a, b) in enumerate(windows[:upto], 1)]

        firsts = [dt.date.min, day(marks[0] + 1)]
        closed = [
            (Closing(first, day(last), upto), accepted(upto))
            for first, last, upto in zip(firsts, marks, known, strict=True)
        ]
        pieces = settled_pieces(accepted(len(windows)), closed)
        found = [(n, p.submission) for p in pieces for n in range(_n(p.first), _n(p.last) + 1)]
        assert len(found) == len(dict(found)), "no day counts twice"
        for n in range(100):
            upto = known[0] if n <= marks[0] else known[1] if n <= marks[1] else len(windows)
            last = [s for s, (a, b) in enumerate(windows[:upto], 1) if a <= n <= b]
            assert dict(found).get(n) == (last[-1] if last else None)


def day(n: int) -> dt.date:
    return FIRST + n * dt.timedelta(days=1)


def _n(value: dt.date | None) -> int:
    assert value
    return (value - FIRST).days
