"""Damage anywhere in an encrypted data folder: every command says what to do, and none breaks off with a traceback."""

import gc
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import streamlit as st

from concord import command
from tests.workflow.encrypting.conftest import KEY, with_key
from workflow import administering

READING = (
    ("check",), ("check", "--json"), ("submissions",), ("submissions", "--json"), ("people", "list"),
    ("settings", "history"), ("refresh",), ("release",), ("publish", "OUT"), ("backup", "--to", "OUT"),
    ("encryption", "hand-over", "shared", "--into", "OUT"), ("encryption", "hand-over", "research", "--into", "OUT"),
)  # fmt: skip


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys) -> Callable[..., tuple[object, str]]:
    def run(folder: Path, words: tuple[str, ...]) -> tuple[object, str]:
        """The exit code and what was said; an error that the command does not turn into words is raised."""
        out = [str(tmp_path / "out") if word == "OUT" else word for word in words]
        monkeypatch.setattr(sys, "argv", ["concord", *out, "--data", str(folder)])
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        st.cache_resource.clear()  # a process of its own would have no store open from before
        with with_key(KEY), pytest.raises(SystemExit) as ended:
            command.main()
        gc.collect()
        said = capsys.readouterr()
        return ended.value.code, said.out + said.err

    return run


def flipped(folder: Path, into: Path, chance: random.Random) -> Path:
    """A copy of a folder with one byte of one file changed."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(folder, into)
    files = sorted(p for p in into.rglob("*") if p.is_file() and p.name != "secret.key" and p.stat().st_size)
    store = [p for p in files if p.name.startswith("concord.duckdb")]
    path = chance.choice(files + 9 * store)
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 + chance.randrange(255)
    path.chmod(0o600)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("places", [1, *(pytest.param(n, marks=pytest.mark.heavy) for n in (4, 200))])
def test_no_command_breaks_off_over_a_byte_that_was_changed(encrypted_made, tmp_path, typed, places):
    chance = random.Random(places)
    for _ in range(places):
        for words in chance.sample(READING, 2):
            flipped(encrypted_made.while_open, tmp_path / "hit", chance)
            code, said = typed(tmp_path / "hit", words)
            assert code in (None, 0, 1), (words, said)
            assert code in (None, 0) or ("{" in said if "--json" in words else said.strip())


@pytest.mark.parametrize(
    "words",
    [("release",), *(pytest.param(w, marks=pytest.mark.heavy) for w in (("submissions", "--json"), ("refresh",)))],
)
def test_a_block_whose_tag_does_not_fit_is_damage_and_no_fault_of_the_program(encrypted, typed, monkeypatch, words):
    """DuckDB tells a damaged block of an encrypted store as an invalid input, wherever in the work it is read."""

    def breaks(*_: object, **__: object) -> None:
        raise duckdb.InvalidInputException("Computed AES tag differs from read AES tag")

    monkeypatch.setattr(administering, "open_partnership", breaks)
    code, said = typed(encrypted, words)
    assert code == 1 and "could not be read or written" in said and "concord check" in said and "AES" not in said
    (encrypted / "encryption.json").unlink()
    assert typed(encrypted, words)[0] == 1, "what says that it is encrypted may be damaged too"
