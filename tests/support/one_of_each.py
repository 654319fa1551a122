"""Many cases of few kinds: one of each kind in every run, the others with the heavy ones."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


def one_of_each(cases: Iterable[T], kind: Callable[[T], Hashable], name: Callable[[T], str]) -> list[Any]:
    """The cases as parameters. The first of each kind, as it lies in the list, is tried in every run."""
    met = set[Hashable]()
    made = []
    for case in cases:
        again = kind(case) in met
        met.add(kind(case))
        made.append(pytest.param(case, id=name(case), marks=[pytest.mark.heavy] if again else []))
    return made
