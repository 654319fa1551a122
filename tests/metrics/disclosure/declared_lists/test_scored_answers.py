"""Every score that there can be, and a reader who knows the rule: no hidden answer is known to be of 1 to 10 people."""

from collections import defaultdict
from itertools import product

import pytest

from metrics.disclosure.declared_lists.fixed_rungs import Told
from metrics.disclosure.declared_lists.scored_answers import ANSWERS, shown

SMALLEST = 11
MOST = 34


def worlds() -> dict[Told, list[tuple[int, ...]]]:
    """What is shown -> all that may be behind it."""
    found: dict[Told, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(MOST + 1), repeat=3):
        found[shown(counts, SMALLEST)].append(counts)
    return found


def test_a_reader_who_knows_the_rule_cannot_narrow_a_small_answer_down():
    """For each answer of 1 to 10 the counts that look the same reach 11 and are ten apart, as for every hidden cell."""
    leaks, hidden = [], 0
    for told, those in worlds().items():
        for answer in range(3):
            values = [counts[answer] for counts in those]
            if any(0 < v < SMALLEST for v in values):
                hidden += 1
                if max(values) < SMALLEST or max(values) - min(values) < SMALLEST - 1:
                    leaks.append((told, ANSWERS[answer]))
    assert hidden > 20 and leaks == []


def test_a_rule_that_shows_a_little_more_would_be_found_out():
    """The reader above sees it: eleven others of whom some are few are two small answers."""
    same = [c for c in product(range(MOST + 1), repeat=3) if c[0] == 20 and c[1] + c[2] == 11 and 0 < c[1] < 11]
    assert max(c[1] for c in same) < SMALLEST
    assert shown((20, 5, 6), SMALLEST) == ()


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((41, 17, 35), ((("agree",), 41), (("unsure",), 17), (("disagree",), 35))),
        ((41, 0, 35), ((("agree",), 41), (("unsure",), 0), (("disagree",), 35))),
        ((52, 4, 21), ((("agree",), 52), (("unsure", "disagree"), 25))),
        ((52, 4, 3), ()),
        ((4, 30, 30), ()),
        ((10, 0, 0), ()),
        ((0, 0, 0), ()),
        ((11, 0, 0), ((("agree",), 11), (("unsure",), 0), (("disagree",), 0))),
    ],
)
def test_what_is_shown(counts, told):
    assert shown(counts, SMALLEST) == told
