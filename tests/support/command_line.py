"""The `concord` command as a person or a job meets it: what it prints, and its exit code."""

import contextlib
import gc
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from concord import command
from data.ledger.opening.engine import THREADS_VARIABLE
from tests.support.new_partnerships import new_folder

SETTINGS = """
name = "Test partnership"
demo = true
today = 2026-10-20
[[partners]]
id = "clinic"
name = "Clinic"
kind = "clinic"
"""


def concord(*arguments: object, folder: Path, alone: bool = False, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a data folder, from beside it and without Concord's variables but `env`.

    `alone`: in a process of its own, as from a shell. Each such start reads all libraries anew, which takes some
    seconds, so most tests do without.
    """
    words = [*map(str, arguments), "--data", str(folder)]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CONCORD_") or k == THREADS_VARIABLE} | env
    if alone:
        return subprocess.run(
            [sys.executable, "-m", "concord", *words],
            capture_output=True, check=False, text=True, timeout=120, cwd=folder.parent, env=clean,
        )  # fmt: skip
    with (
        mock.patch.dict(os.environ, clean, clear=True), mock.patch.object(sys, "argv", ["concord", *words]),
        contextlib.chdir(folder.parent), contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):  # fmt: skip
        code = _run()
    gc.collect()  # a command that failed lets go of its store as a process that ends does
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def _run() -> int:
    try:
        command.main()
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    return 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new partnership of one clinic."""
    return new_folder(tmp_path / "var", SETTINGS)
