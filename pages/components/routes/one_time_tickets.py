"""Tickets: random words that stand for something in this process for a few minutes.

The address of a Streamlit download or upload needs no sign-in, so it must not be guessable, nor work for long.
"""

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 1_000


@dataclass
class Tickets(Generic[T]):
    """Things behind random words of 256 bits; each is gone after `seconds`, or when it has been taken.

    Held in memory only: a restart ends them all. The oldest go when there are more than `MOST`.
    """

    seconds: float
    _held: dict[str, tuple[float, T]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, thing: T) -> str:
        """A new word for a thing."""
        word = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old()
            self._held[word] = (time.monotonic() + self.seconds, thing)
        return word

    def find(self, word: str) -> T | None:
        """The thing, which stays; None when the word is unknown, used or too old."""
        with self._lock:
            self._forget_old()
            return self._held[word][1] if word in self._held else None

    def take(self, word: str) -> T | None:
        """The thing, once: the word is worth nothing afterwards."""
        with self._lock:
            self._forget_old()
            return self._held.pop(word, (0.0, None))[1]

    def _forget_old(self) -> None:
        now = time.monotonic()
        words = list(self._held)  # in the order in which they were offered
        for number, word in enumerate(words):
            if self._held[word][0] >= now and len(words) - number <= MOST:
                return
            del self._held[word]
