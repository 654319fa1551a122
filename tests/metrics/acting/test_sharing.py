"""What each rule of sharing promises, of any partners and sums."""

import itertools
import math
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.acting.sharing import CannotShare, Venture, equal, funding, in_proportion, shapley, tried

CENTS = st.integers(0, 10**9)
NAMES = [f"partner {n}" for n in range(12)]
PARTS = st.lists(CENTS, min_size=1, max_size=8).map(lambda v: dict(zip(NAMES, v, strict=False)))
VENTURES = st.builds(
    Venture,
    st.lists(st.integers(-(10**6), 10**7), min_size=1, max_size=6).map(lambda v: dict(zip(NAMES, v, strict=False))),
    st.integers(0, 10**7),
    st.sets(st.sampled_from(NAMES[:3])).map(frozenset),
)


@given(CENTS, PARTS)
def test_shares_add_up_to_the_cent(pot, parts):
    assert sum(equal(pot, list(parts)).values()) == pot
    if any(parts.values()):
        assert sum(in_proportion(pot, parts).values()) == pot


@given(CENTS, PARTS)
def test_equals_differ_by_a_cent_at_most_and_nothing_gets_nothing(pot, parts):
    shares = [equal(pot, list(parts))]
    if any(parts.values()):
        shares.append(in_proportion(pot, parts))
        assert all(shares[1][name] == 0 for name, part in parts.items() if part == 0)
    for one, other in itertools.combinations(parts, 2):
        assert abs(shares[0][one] - shares[0][other]) <= 1
        if len(shares) > 1 and parts[one] == parts[other]:
            assert abs(shares[1][one] - shares[1][other]) <= 1


@given(VENTURES)
@settings(max_examples=60)
def test_shapley_adds_up_treats_equals_alike_and_gives_nothing_for_nothing(venture):
    gains, names = venture.gains(), list(venture.worth)
    shares = shapley(names, gains)
    assert sum(shares.values()) == gains[-1]
    for one, other in itertools.combinations(names, 2):
        if venture.worth[one] == venture.worth[other] and (one in venture.needed) == (other in venture.needed):
            assert abs(shares[one] - shares[other]) <= 1
    for name in names:
        if venture.worth[name] == 0 and name not in venture.needed:
            assert shares[name] == 0


@given(VENTURES)
@settings(max_examples=40)
def test_shapley_is_the_mean_over_every_order_of_coming(venture):
    names = list(venture.worth)[:5]
    venture = Venture({n: venture.worth[n] for n in names}, venture.cost, venture.needed)
    gains, exact = venture.gains(), dict.fromkeys(names, Fraction(0))
    for order in itertools.permutations(range(len(names))):
        group = 0
        for place in order:
            exact[names[place]] += Fraction(int(gains[group | 1 << place] - gains[group]), math.factorial(len(names)))
            group |= 1 << place
    assert all(abs(share - exact[name]) < 1 for name, share in shapley(names, gains).items())


def test_shapley_of_twelve_takes_less_than_two_seconds():
    venture = Venture({name: 1000 * n for n, name in enumerate(NAMES)}, 20_000, frozenset(NAMES[:1]))
    began = time.process_time()
    shares = shapley(NAMES, venture.gains())
    assert time.process_time() - began < 2
    assert sum(shares.values()) == sum(venture.worth.values()) - 20_000
    assert shares[NAMES[0]] > 0, "without it nothing is gained, though it has no results of its own"


def test_a_partner_whose_results_are_bought_for_all_gets_its_part_of_the_saving():
    """Two of equal worth and a cost that is borne once: each half of what is left."""
    assert shapley(["a", "b"], Venture({"a": 600, "b": 600}, 400).gains()) == {"a": 400, "b": 400}


@given(st.integers(0, 10**6), PARTS)
def test_nobody_pays_more_than_the_own_bid_and_never_more_than_the_cost_together(cost, bids):
    found = funding(cost, bids)
    assert found.funded == (sum(bids.values()) >= cost)
    assert all(0 <= found.pays[name] <= bid for name, bid in bids.items())
    assert not found.funded or sum(found.pays.values()) + found.left == cost
    assert found.left >= 0


@given(
    st.integers(1, 1000),
    st.lists(st.integers(0, 600), min_size=1, max_size=5),
    st.integers(0, 600),
    st.integers(0, 600),
)
def test_to_bid_what_it_is_worth_is_best_whatever_the_others_bid(cost, others, worth, other_bid):
    rest = dict(zip(NAMES[1:], others, strict=False))

    def gain(bid: int) -> int:
        found = funding(cost, {NAMES[0]: bid, **rest})
        return worth - found.pays[NAMES[0]] if found.funded else 0

    assert gain(worth) >= gain(other_bid)
    assert gain(worth) >= 0


def test_what_cannot_be_shared_is_said():
    assert tried(lambda: in_proportion(100, {"a": 0, "b": 0})) == "Nobody has anything that it could be shared by"
    with pytest.raises(CannotShare):
        equal(100, [])
    with pytest.raises(CannotShare):
        shapley([f"{n}" for n in range(13)], np.zeros(2**13, dtype=np.int64))
    with pytest.raises(CannotShare):
        funding(10, {"a": -1})
