"""pandera for polars, without pandas, and a server that takes pandas only for what is typed into tables.

Streamlit installs pandas. Nothing here uses it, but pandera takes it along wherever it finds it, and DuckDB with the
first value that is bound. It holds 48 MB, and takes 0.35 s of processor time.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

_HIDDEN, _NEEDS_IT = "pandas", "streamlit"


class _NotFound(MetaPathFinder):
    """Says that pandas is not installed, in the words after which pandera and DuckDB go on without."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        if fullname == _HIDDEN and not _asked_by(_NEEDS_IT):
            raise ModuleNotFoundError(f"No module named '{_HIDDEN}'", name=_HIDDEN)
        return None


def _asked_by(package: str) -> bool:
    """Whether the import that is under way stands in a module of that package."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("importlib."):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == package


def leave_pandas_to_the_pages() -> None:
    """From now on pandas is not found in this process, unless Streamlit asks for it: a table that is typed into needs
    it. For a server, not for those who analyze beside it."""
    sys.meta_path.insert(0, _NotFound())


@contextmanager
def _hidden() -> Iterator[None]:
    finder = _NotFound()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


with _hidden():
    import pandera.errors
    import pandera.polars

pa, errors = pandera.polars, pandera.errors
