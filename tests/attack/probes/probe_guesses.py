"""The best rule that an attacker learns from people whose facts it knows, and how often it then guesses right.

What it sees of a target is a set of marks: each a published statistic (or that it is hidden, or not there). It tries
the rule of each single mark, and that of the most alike of those it knows, and keeps what serves best when each known
person is left out in turn.
"""

import random
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from scipy.stats import binom

Marks = dict[Hashable, Hashable]
Rule = Callable[[Marks], bool]


@dataclass(frozen=True)
class Guesses:
    """How many guesses were made and right, and how many the best constant guess would have had."""

    made: int
    right: int
    constant: int

    def __add__(self, other: "Guesses") -> "Guesses":
        return Guesses(self.made + other.made, self.right + other.right, self.constant + other.constant)

    @property
    def telling(self) -> bool:
        """Whether there are more right ones than chance explains: so many once in a thousand attacks."""
        return bool(binom.sf(self.right - 1, self.made, max(self.constant / self.made, 0.5)) < 0.001)


NONE = Guesses(0, 0, 0)


def judge(seen: Sequence[Marks], has: Sequence[bool], *, folds: int = 2, seed: int = 0) -> Guesses:
    """Guess each target with what is learnt of the other folds."""
    order = list(range(len(seen)))
    random.Random(seed).shuffle(order)
    right = 0
    for fold in range(folds):
        tested = order[fold::folds]
        known = [n for n in order if n not in tested]
        rule = learn([seen[n] for n in known], [has[n] for n in known])
        right += sum(rule(seen[n]) == has[n] for n in tested)
    return Guesses(len(seen), right, max(sum(has), len(has) - sum(has)))


def learn(seen: Sequence[Marks], has: Sequence[bool]) -> Rule:
    """The rule that guesses best of those that are known."""
    usual = 2 * sum(has) > len(has)
    constant = max(sum(has), len(has) - sum(has))
    best: tuple[int, Rule] = (constant, lambda marks: usual)
    for mark in sorted({m for marks in seen for m in marks}, key=str):
        values = [marks.get(mark) for marks in seen]
        if len(set(values)) > 1:
            right = _right_of_one(values, has, usual)
            if right > best[0]:
                best = right, _by_one(mark, values, has, usual)
    right = sum(_most_alike(seen, has, n)(seen[n]) == has[n] for n in range(len(seen)))
    return _most_alike(seen, has) if right > best[0] else best[1]


def _right_of_one(values: Sequence[Hashable], has: Sequence[bool], usual: bool) -> int:
    """How often a single mark guesses right of those who have it, each left out in turn."""
    tally = Counter(zip(values, has, strict=True))
    right = 0
    for value, label in zip(values, has, strict=True):
        yes, no = tally[value, True] - label, tally[value, False] - (not label)
        right += (yes > no if yes != no else usual) == label
    return right


def _by_one(mark: Hashable, values: Sequence[Hashable], has: Sequence[bool], usual: bool) -> Rule:
    tally = Counter(zip(values, has, strict=True))

    def rule(marks: Marks) -> bool:
        yes, no = (tally[marks.get(mark), label] for label in (True, False))
        return yes > no if yes != no else usual

    return rule


def _most_alike(seen: Sequence[Marks], has: Sequence[bool], but: int | None = None) -> Rule:
    sets = [(set(marks.items()), label) for n, (marks, label) in enumerate(zip(seen, has, strict=True)) if n != but]

    def rule(marks: Marks) -> bool:
        mine = set(marks.items())
        return min(sets, key=lambda one: len(mine ^ one[0]), default=(set(), False))[1]

    return rule
