"""Concord for analysts: `concord.open(folder)` gives a release (see `concord.release.Release`)."""

from pathlib import Path

from concord.release import Edition, Release


def open(folder: str | Path, edition: Edition = "shared", key: str | None = None) -> Release:
    """Open a release to ask it questions. The store is not touched, and the running app is never locked.

    `folder`: a partnership's data folder, for its current release; or one release's own folder as it was handed over.
    `edition`: "shared" (figures with small numbers hidden) or "research" (also unit rows and lineage, under agreement).
    `key`: the key of an encrypted edition, as backbone staff print it; None: that of CONCORD_EDITION_KEY, else the data
    folder's own. Raises FileNotFoundError when there is no release, or the edition was not handed over,
    ValueError for another edition's name, PermissionError for a key that does not fit, NotReady without one.
    """
    return Release.at(Path(folder), edition, key)
