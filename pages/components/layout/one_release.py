"""One release throughout a part of a page: the store is asked once, and no part of it is of an older one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from workflow.reading import ReleaseInfo

_SHOWN: ContextVar[ReleaseInfo | None] = ContextVar("shown", default=None)


@contextmanager
def throughout(shown: ReleaseInfo | None) -> Iterator[None]:
    """What is drawn within is of this release; for parts that make none themselves."""
    before = _SHOWN.set(shown)
    try:
        yield
    finally:
        _SHOWN.reset(before)


def kept() -> ReleaseInfo | None:
    """The release that is drawn; None where nobody has settled it."""
    return _SHOWN.get()
