"""A data folder whose files are encrypted anew: all of them change places, or none, whenever it is stopped.

    rekeying/new/...     the files as they will be, while they are written
    rekeying/plan.json   written when all of them are on the disk: from here on there is only forward
    rekeying/old/...     those that were replaced, until they are written over and gone

Changing places needs no key, so that the next start can finish it.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data.durable_files import onto_disk
from data.ledger.data_folder import NotReady

FOLDER = "rekeying"
_PLAN, _NEW, _OLD = "plan.json", "new", "old"
_CHUNK = 4 << 20


@contextmanager
def being_written(folder: Path) -> Iterator[Path]:
    """A place for the new files, each under the name that it has in the data folder. Nothing of it is left when it does
    not come to `agree`."""
    remove_unfinished(folder)
    new = folder / FOLDER / _NEW
    new.mkdir(0o700, parents=True)
    try:
        yield new
    finally:
        if not (folder / FOLDER / _PLAN).exists():
            shutil.rmtree(folder / FOLDER, ignore_errors=True)


def agree(folder: Path, goes: list[str]) -> None:
    """All new files are written: from now on they are the folder's. `goes`: files that have no successor.

    The caller holds the folder alone, and has no file of it open."""
    at = folder / FOLDER
    for path in (*(at / _NEW).rglob("*"), at / _NEW):
        onto_disk(path)
    comes = sorted(p.relative_to(at / _NEW).as_posix() for p in (at / _NEW).rglob("*") if p.is_file())
    beside = at / f"{_PLAN}.new"
    beside.write_text(json.dumps({"goes": goes, "comes": comes}), encoding="utf-8")
    onto_disk(beside)
    beside.replace(at / _PLAN)
    onto_disk(at)


def settle(folder: Path, *, read_only: bool = False) -> bool:
    """Finish what was agreed on; whether there was anything. The caller holds the folder alone.

    Raises NotReady when it would have to write, and may not.
    """
    at = folder / FOLDER
    if not (at / _PLAN).exists():
        return False
    if read_only:
        raise NotReady("a change of the encryption key was interrupted. Start Concord once: that finishes it")
    plan = json.loads((at / _PLAN).read_text(encoding="utf-8"))
    for name in plan["goes"]:  # first: a log must not lie beside a store that it is not of
        _put_aside(folder / name, at / _OLD / name)
        (folder / name).unlink(missing_ok=True)
    for name in plan["comes"]:
        if (at / _NEW / name).exists():
            _put_aside(folder / name, at / _OLD / name)
            (at / _NEW / name).replace(folder / name)
    for place in sorted({folder, *((folder / name).parent for name in plan["comes"])}):
        onto_disk(place)
    for path in (p for p in (at / _OLD).rglob("*") if p.is_file()):
        write_over(path)
    (at / _PLAN).unlink()
    shutil.rmtree(at, ignore_errors=True)
    return True


def remove_unfinished(folder: Path) -> None:
    """Remove what was begun and not agreed on. Only for who owns the store."""
    if not (folder / FOLDER / _PLAN).exists():
        shutil.rmtree(folder / FOLDER, ignore_errors=True)


def write_over(path: Path) -> None:
    """Fill a file with noise, and remove it: what it held is not left in the blocks that become free. One that somebody
    has under another name too, as in a copy made of second names, is only removed."""
    if path.stat().st_nlink == 1:
        path.chmod(0o600)
        with path.open("r+b", buffering=0) as stream:
            left = path.stat().st_size
            while left > 0:
                left -= stream.write(secrets.token_bytes(min(left, _CHUNK)))
            os.fsync(stream.fileno())
    path.unlink()


def _put_aside(path: Path, aside: Path) -> None:
    """A second name for a file that is about to be replaced. Where a disk knows no second names, its blocks are only
    freed."""
    if path.exists() and not aside.exists():
        aside.parent.mkdir(0o700, parents=True, exist_ok=True)
        with suppress(OSError):
            os.link(path, aside)
