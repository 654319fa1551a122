"""Which of many cases are tried in every run: the others are heavy, and `make test-all` tries all."""

from collections.abc import Iterable
from typing import Any

import pytest


def some_of(cases: Iterable[Any], every: int) -> list[Any]:
    """Cases of one kind, as parameters: the first is tried in every run and then each so-manieth, the others with the
    heavy ones. A tuple stands for several parameters."""
    return [case if n % every == 0 else _heavy(case) for n, case in enumerate(cases)]


def _heavy(case: Any) -> Any:
    if isinstance(case, type(pytest.param())):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.heavy])
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.heavy)
