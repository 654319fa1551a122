"""Handing an edition over as a plain copy, to who has no key: an analyst elsewhere, under an agreement."""

import shutil
from collections.abc import Callable
from pathlib import Path

from data.ledger.data_folder import NotReady
from data.ledger.encryption import database_files, folder_key
from data.releases import edition_copies, release_folders


def hand_over(
    folder: Path, edition: str, into: Path, release: int | None = None, *, record: Callable[[int], None]
) -> Path:
    """A plain copy of an edition, of the release that is shown unless another is named, in a new folder in `into`.

    `record`: puts down, before anything is copied, that an edition of this release is handed over. The copying touches
    no store, so that the app may run. Raises NotReady; nothing is left then.
    """
    number = release or release_folders.current_release(folder)
    if number is None:
        raise NotReady("there is no release yet")
    at, to = release_folders.folder_of(folder, number), into / f"release-{number:04d}-{edition}"
    path = release_folders.edition_path(folder, number, edition)
    if not path.exists():
        raise NotReady(f"the {edition} edition of release {number} is not kept on this server")
    if folder.resolve() in (into.resolve(), *into.resolve().parents):
        raise NotReady("name a folder outside the data folder: what is handed over is not encrypted")
    if to.exists():
        raise NotReady(f"{to} is there already. Move it away, or name another folder")
    key = folder_key.of_edition(folder, edition) if database_files.is_encrypted(path) else None
    if found := release_folders.damaged(folder, number, [edition]):
        raise NotReady(
            f"release {number}: {found[0]} is damaged. Restore it from the backup, and do it again. Nothing was "
            "handed over"
        )
    record(number)
    try:
        edition_copies.copy(at, to, {edition: (key, None)})
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise
    return to
