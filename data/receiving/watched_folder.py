"""A folder into which other programs drop files: which are whole, and where they go when they are done with."""

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.datasets.dataset_catalog import DATASETS

DONE, BLOCKED = "done", "blocked"
_UNFINISHED = re.compile(r"\..*|~.*|.*~|.*\.(?:part|partial|filepart|tmp|crdownload|swp)", re.IGNORECASE)


@dataclass(frozen=True)
class Dropped:
    """A file that has arrived whole; `partner_id` is None where the folders are only named by dataset."""

    path: Path
    dataset: str
    partner_id: str | None


@dataclass
class DropFolder:
    """`<partner>/<dataset>/` folders below `root` (or `<dataset>/` alone), looked at again and again."""

    root: Path
    by_partner: bool
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def arrived(self) -> list[Dropped]:
        """Files that have not changed since the last look and are not empty, oldest first."""
        now = {file.path: file for file in self._files()}
        looks = {path: (stat.st_size, stat.st_mtime_ns) for path in now if (stat := _stat(path))}
        still = [path for path, look in looks.items() if self._seen.get(path) == look and look[0]]
        self._seen = looks
        return [now[path] for path in sorted(still, key=lambda p: (looks[p][1], str(p)))]

    def _files(self) -> Iterator[Dropped]:
        for folder in sorted(self.root.glob("*/*" if self.by_partner else "*")):
            if folder.name in DATASETS and folder.is_dir():
                for path in folder.iterdir():
                    # A link could name any file of this machine.
                    if path.is_file() and not path.is_symlink() and not _UNFINISHED.fullmatch(path.name):
                        yield Dropped(path, folder.name, folder.parent.name if self.by_partner else None)

    def misnamed(self) -> list[Path]:
        """Folders that hold files and are named after no dataset: nothing in them is sent."""
        named = [
            f for f in self.root.glob("*/*" if self.by_partner else "*") if f.name not in (*DATASETS, DONE, BLOCKED)
        ]
        too_high = list(self.root.glob("*")) if self.by_partner else []
        places = [f for f in (*named, *too_high) if f.is_dir()]
        return sorted(f for f in places if any(path.is_file() for path in f.iterdir()))

    def put_away(self, file: Dropped, answer: dict[str, Any]) -> Path:
        """Move a file to `done/` or `blocked/` beside it, with its answer next to it. Returns where it is now."""
        place = file.path.parent / (BLOCKED if answer["outcome"] == "blocked" else DONE)
        place.mkdir(exist_ok=True)
        target = _free(place / file.path.name)
        beside = target.with_name(f"{target.name}.findings.json")
        beside.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
        # Whoever may read what was sent may read its answer: the folder is the sender's, not ours.
        place.chmod(file.path.parent.stat().st_mode & 0o777)
        beside.chmod(file.path.stat().st_mode & 0o666)
        file.path.rename(target)
        return target


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _free(path: Path) -> Path:
    """The path, or one with the time in its name when there is such a file already."""
    if not path.exists():
        return path
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    tries = (path.with_name(f"{path.stem}.{stamp}{n or ''}{path.suffix}") for n in range(1000))
    return next(p for p in tries if not p.exists())
