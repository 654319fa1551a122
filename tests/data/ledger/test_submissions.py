"""Coverage windows: which submission's days count."""

import datetime as dt
import random

import pytest

from data.checking.intake import proposed
from data.ledger.submissions import Piece, current_pieces


def day(n: int) -> dt.date:
    return dt.date(2026, 1, 1) + dt.timedelta(days=n)


def pieces(*windows: tuple[int, int]) -> list[tuple[int, int, int]]:
    """Windows in the order of acceptance -> (submission, first, last) that counts, as day numbers."""
    given = [Piece(i, i, day(a), day(b)) for i, (a, b) in enumerate(windows, 1)]
    found = [(p.submission, p.first or day(0), p.last or day(0)) for p in current_pieces(given)]
    return [(s, (a - day(0)).days, (b - day(0)).days) for s, a, b in found]


def test_one_window_is_in_force_as_it_is():
    assert pieces((0, 9)) == [(1, 0, 9)]


def test_a_correction_in_the_middle_splits_the_earlier_window():
    assert pieces((0, 9), (3, 5)) == [(1, 0, 2), (2, 3, 5), (1, 6, 9)]


def test_a_whole_refresh_takes_over_everything_before():
    assert pieces((0, 4), (5, 9), (0, 20)) == [(3, 0, 20)]


def test_windows_that_only_touch_leave_each_other_alone():
    assert pieces((0, 4), (5, 9)) == [(1, 0, 4), (2, 5, 9)]


def test_one_shared_day_goes_to_the_later_acceptance():
    assert pieces((0, 5), (5, 9)) == [(1, 0, 4), (2, 5, 9)]


def test_pieces_never_overlap_and_every_day_belongs_to_its_last_window():
    chance = random.Random(7)
    for _ in range(300):
        starts = [chance.randrange(40) for _ in range(chance.randrange(1, 8))]
        windows = [(a, a + chance.randrange(15)) for a in starts]
        owner = {d: n for n, (a, b) in enumerate(windows, 1) for d in range(a, b + 1)}
        found = [(d, s) for s, a, b in pieces(*windows) for d in range(a, b + 1)]
        assert len(found) == len(dict(found))
        assert dict(found) == owner


@pytest.mark.parametrize(
    "first,last,today,window",
    [
        ("2026-01-02", "2026-03-30", "2026-05-01", ("2026-01-01", "2026-03-31")),
        ("2026-01-20", "2026-03-10", "2026-05-01", ("2026-01-20", "2026-03-10")),
        ("2026-01-01", "2026-03-30", "2026-03-30", ("2026-01-01", "2026-03-30")),
        ("2026-02-07", "2026-02-21", "2026-05-01", ("2026-02-01", "2026-02-28")),
    ],
)
def test_a_proposed_window_is_whole_months_within_a_week_and_never_the_future(first, last, today, window):
    found = proposed(*map(dt.date.fromisoformat, (first, last, today)))
    assert tuple(map(str, found)) == window
