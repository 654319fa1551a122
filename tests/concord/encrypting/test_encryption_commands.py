"""The commands about encryption, as a person types them."""

from pathlib import Path

import pytest

from data.ledger.data_folder import ENCRYPTION_VARIABLE as VARIABLE
from data.ledger.encryption import encryption_key
from tests.support.command_line import SETTINGS, concord
from tests.support.new_partnerships import new_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return new_folder(tmp_path / "var", SETTINGS)


def command(folder: Path, *words: object, **env: str) -> str:
    """What it says, with its exit code before."""
    done = concord("encryption", *words, folder=folder, alone=False, **env)
    return f"{done.returncode} {done.stdout}{done.stderr}"


def test_from_a_plain_folder_to_another_key(folder, tmp_path):
    first, second = tmp_path / "first.key", tmp_path / "second.key"
    for file in (first, second):
        made = run(folder, "new-key", "--to", file)
        assert made.startswith("0") and file.read_text().strip() not in made
        assert file.stat().st_mode & 0o777 == 0o600
    assert "never written over" in run(folder, "new-key", "--to", first)
    one, two = first.read_text().strip(), second.read_text().strip()
    marks = [encryption_key.read(text).fingerprint() for text in (one, two)]
    assert "1 concord: no encryption key is configured" in command(folder, "encrypt")
    assert "not encrypted yet" in said(concord("submissions", folder=folder, **{VARIABLE: one}))
    assert f"0 The store and its releases (0) are encrypted under the key with the fingerprint {marks[0]}" in command(
        folder, "encrypt", **{VARIABLE: one}
    )
    assert "no key is there" in said(concord("submissions", folder=folder))
    assert concord("submissions", folder=folder, **{VARIABLE: one}).returncode == 0
    rotated = command(folder, "rotate-key", "--key-file", second, **{VARIABLE: one})
    assert marks[1] in rotated and f"Put the new key into {VARIABLE}" in rotated
    assert "The key fits" in run(folder, "check-key", folder, "--key-file", second)
    assert marks[1] in run(folder, "check-key", folder, "--key-file", first)
    assert concord("submissions", folder=folder, **{VARIABLE: two}).returncode == 0
    assert "0 EDITION1-" in command(folder, "edition-key", "research", **{VARIABLE: two})


def said(done) -> str:
    return done.stdout + done.stderr


def run(folder: Path, *words: object) -> str:
    """A command that takes no data folder."""
    import contextlib
    import io
    import sys
    from unittest import mock

    from concord import command as program

    out, code = io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", ["concord", "encryption", *map(str, words)]),
        contextlib.redirect_stdout(out), contextlib.redirect_stderr(out),
    ):  # fmt: skip
        try:
            program.main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
    return f"{code} {out.getvalue()}"
