"""How a sum can be shared among partners, by rules side by side; in whole cents, so that every rule adds up.

Each rule promises something else, and tests hold each to what it promises. Which one is fair, no program knows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, floor

import numpy as np
from numpy.typing import NDArray

MOST_PARTNERS = 12
"""Shapley's rule looks at every group of partners: 4,096 of twelve."""
Shares = dict[str, int]
"""Partner -> cents."""


class CannotShare(ValueError):
    """A rule has nothing to go by; the message is a sentence."""


def in_cents(parts: Mapping[str, Fraction], pot: int) -> Shares:
    """Exact parts that add up to the pot, as whole cents that do: everyone gets the cents below, and those who lose
    most by it get one more (the largest remainder; of equal ones the first)."""
    shares = {name: floor(part) for name, part in parts.items()}
    left = pot - sum(shares.values())
    order = sorted(parts, key=lambda name: shares[name] - parts[name])
    return {name: shares[name] + (name in order[:left]) for name in parts}


def equal(pot: int, partners: Sequence[str]) -> Shares:
    """The same for everyone, up to a cent."""
    if not partners:
        raise CannotShare("There is nobody to share it")
    return in_cents({name: Fraction(pot, len(partners)) for name in partners}, pot)


def in_proportion(pot: int, by: Mapping[str, int]) -> Shares:
    """By what each did or gave (people served, or cents paid): who has nothing of it gets nothing.

    Raises CannotShare when nobody has anything, or somebody less than nothing.
    """
    whole = sum(by.values())
    if whole <= 0 or min(by.values()) < 0:
        raise CannotShare("Nobody has anything that it could be shared by")
    return in_cents({name: Fraction(pot * part, whole) for name, part in by.items()}, pot)


@dataclass(frozen=True)
class Venture:
    """What groups of partners could have gained: the worth of each partner's own results, less a cost that any group
    bears once, in cents; nothing without those who are `needed`, and no group goes on at a loss."""

    worth: Mapping[str, int]
    cost: int = 0
    needed: frozenset[str] = frozenset()

    def gains(self) -> NDArray[np.int64]:
        """Of every group in the order of its bits (partner 0 is bit 0): shape (2 ** partners,)."""
        groups = np.arange(2 ** len(self.worth))
        gains, whole = np.full(len(groups), -self.cost, dtype=np.int64), np.full(len(groups), True)
        for place, (name, worth) in enumerate(self.worth.items()):
            inside = (groups >> place) & 1
            gains += inside * worth
            if name in self.needed:
                whole &= inside == 1
        gains[~whole] = 0
        return np.maximum(gains, 0)


def shapley(partners: Sequence[str], gains: NDArray[np.int64]) -> Shares:
    """What each adds on average to those who came before it, over every order of coming (Shapley 1953).

    `gains`: of every group, as `Venture.gains`; the empty group gains nothing. Exact: the sums are whole numbers over
    n!. Raises CannotShare for more than 12 partners or none.
    """
    many = len(partners)
    if not 1 <= many <= MOST_PARTNERS:
        raise CannotShare(f"This rule is for 1 to {MOST_PARTNERS} partners")
    groups = np.arange(2**many)
    sizes = ((groups[:, None] >> np.arange(many)) & 1).sum(axis=1)
    orders = [factorial(size) * factorial(many - size - 1) for size in range(many)]
    parts = {}
    for place, name in enumerate(partners):
        without = groups[(groups >> place) & 1 == 0]
        added = gains[without | (1 << place)] - gains[without]
        sums = [int(added[sizes[without] == size].sum()) for size in range(many)]
        parts[name] = Fraction(sum(s * o for s, o in zip(sums, orders, strict=True)), factorial(many))
    return in_cents(parts, int(gains[-1]))


def shapley_of(venture: Venture, pot: int) -> Shares:
    """A pot shared as Shapley's rule shares the venture's own gain. Raises CannotShare also where it gains nothing."""
    shares = shapley(list(venture.worth), venture.gains())
    return in_proportion(pot, shares)


@dataclass(frozen=True)
class Funding:
    """What sealed bids decide. `funded`: whether it is done; `pays`: partner -> cents; `left`: cents of its cost that
    nobody pays by this rule and that have to come from elsewhere."""

    funded: bool
    pays: Shares
    left: int


def funding(cost: int, bids: Mapping[str, int]) -> Funding:
    """It is done when the bids reach its cost, and each pays what the others' bids leave open: max(0, cost - theirs).

    Nobody pays more than the own bid, and to bid what it is worth to one is best whatever the others bid (Clarke 1971,
    Public Choice 11:17). The price of that: what is paid may not reach the cost. Raises CannotShare for bids below 0.
    """
    if any(bid < 0 for bid in bids.values()):
        raise CannotShare("A bid cannot be less than nothing")
    whole = sum(bids.values())
    if whole < cost or not bids:
        return Funding(False, dict.fromkeys(bids, 0), 0)
    pays = {name: max(0, cost - (whole - bid)) for name, bid in bids.items()}
    return Funding(True, pays, cost - sum(pays.values()))


def tried(rule: Callable[[], Shares]) -> Shares | str:
    """The shares by a rule, or why it has none."""
    try:
        return rule()
    except CannotShare as why:
        return str(why)
