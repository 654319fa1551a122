"""What is kept for all reruns, at hand: to ask Streamlit costs 0.1 ms each time, and a page asks hundreds of times."""

import functools
import inspect
import weakref
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import streamlit as st

_Found = TypeVar("_Found")


class _Anchor:
    """Lives as long as Streamlit is not told to forget what it keeps."""


@st.cache_resource(show_spinner=False)
def _anchor() -> _Anchor:
    return _Anchor()


def at_hand(most: int | None = None) -> "Callable[[Callable[..., _Found]], AtHand[_Found]]":
    """Decorator: as `st.cache_resource` keeps answers, no more than `most`, which nobody may change,
    and forgets them when that is told to. The function is asked by position."""
    return lambda asked: AtHand(asked, most)


class AtHand(Generic[_Found]):
    """A function whose answers are at hand. `most`: how many; None: all."""

    def __init__(self, asked: Callable[..., _Found], most: int | None) -> None:
        self._kept = st.cache_resource(show_spinner=False, max_entries=most)(asked)
        self._most, self._told = most, dict[Hashable, _Found]()
        self._anchored: Callable[[], _Anchor | None] = lambda: None
        # As Streamlit has it: what begins with _ tells no answers apart.
        self._places = [n for n, name in enumerate(inspect.signature(asked).parameters) if not name.startswith("_")]
        functools.update_wrapper(self, asked)

    def __call__(self, *asked: Any) -> _Found:
        """The answer. One that is not at hand is Streamlit's, which lets two who ask at once wait for each other."""
        if self._anchored() is None:
            self._told, self._anchored = {}, weakref.ref(_anchor())
        told, key = self._told, tuple(asked[n] for n in self._places)
        if key in told:
            return told[key]
        found = self._kept(*asked)
        if self._most and len(told) >= self._most:
            told = self._told = {}
        told[key] = found
        return found

    def clear(self) -> None:
        """Forget every answer."""
        self._told = {}
        self._kept.clear()
