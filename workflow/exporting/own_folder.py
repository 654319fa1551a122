"""A folder that a command fills for others: each file whole at every moment, and nothing of anyone else's touched."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.ledger.submissions import NotPossible

READABLE = (0o755, 0o644)
"""Folder and file that everyone may read, as a web server has to; all else is for the account of Concord alone."""
_ONLY_OURS = (0o700, 0o600)


@dataclass(frozen=True)
class Mark:
    """The file that says that a folder is ours: its name, and the command that writes it."""

    name: str
    command: str

    def refuse_other(self, folder: Path) -> None:
        """Raise NotPossible where nothing may be put into a folder."""
        if folder.exists() and not folder.is_dir():
            raise NotPossible(f"{folder} is a file. Name a folder")
        if not folder.exists() and not folder.parent.is_dir():
            raise NotPossible(f"{folder.parent} does not exist. Make it first")
        if folder.is_dir() and any(folder.iterdir()) and self._told(folder) is None:
            raise NotPossible(
                f"{folder} holds files that are not of `{self.command}`. Nothing was written. Name an empty folder"
            )

    def write(
        self, folder: Path, files: Mapping[str, bytes], about: Mapping[str, Any], *, readable: bool = False
    ) -> None:
        """Put the files into a folder that is empty or ours, and take out what an earlier run wrote there and this one
        does not. `about` goes into the mark. Raises NotPossible, with what to do, for any other folder."""
        self.refuse_other(folder)
        of_folder, of_file = READABLE if readable else _ONLY_OURS
        before = self._files(folder)
        told = {"made_by": self.command, **about, "files": sorted(files)}
        try:
            if not folder.exists():
                folder.mkdir()
                folder.chmod(of_folder)
            # First, so that what is cut short is still known as ours; what is to go stays named until it is gone.
            self._put(folder, told | {"files": sorted({*files, *before})}, of_file)
            for name, content in files.items():
                _put(folder / name, content, of_file)
            for name in before - set(files):
                (folder / name).unlink(missing_ok=True)
            self._put(folder, told, of_file)
        except OSError as error:
            raise NotPossible(f"{folder} cannot be written: {error.strerror}. Name a folder that can") from None

    def _put(self, folder: Path, told: Mapping[str, Any], mode: int) -> None:
        _put(folder / self.name, (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode(), mode)

    def _told(self, folder: Path) -> dict[str, Any] | None:
        try:
            told = json.loads((folder / self.name).read_text(encoding="utf-8"))
            return told if told["made_by"] == self.command else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _files(self, folder: Path) -> set[str]:
        """What an earlier run wrote: plain names alone, so that a mark which somebody wrote leads to no other place."""
        named = (self._told(folder) or {}).get("files", []) if folder.is_dir() else []
        return {n for n in named if isinstance(n, str) and n == Path(n).name and n not in ("", "..", self.name)}


def _put(path: Path, content: bytes, mode: int) -> None:
    """Written beside its place and swapped in: who reads meanwhile gets the old file or the new one."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
        beside.write(content)
    Path(beside.name).chmod(mode)
    Path(beside.name).replace(path)
