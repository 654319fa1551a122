"""`concord publish` writes the community pages, whole and readable, and touches nobody else's files."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from typer.testing import CliRunner

from concord.command import app
from data.ledger.submissions import NotPossible
from pages.components.packs import published_folder
from tests.conftest import Demo, copied
from tests.support.command_line import concord
from tests.support.running_server import running

NAMES = ["README.txt", "concord_pages.json", "es.html", "index.html"]


@pytest.fixture(autouse=True)
def _no_store_is_remembered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CONCORD_DATA", "")
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def published(folder: Path, demo: Demo) -> None:
    done = CliRunner().invoke(app, ["publish", str(folder), "--data", str(demo.folder)], catch_exceptions=False)
    assert done.exit_code == 0 and "Open index.html" in done.output
    st.cache_resource.clear()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_release_is_written_twice_alike_beside_what_others_put_there(hiding_demo, tmp_path):
    site = tmp_path / "site"
    published(site, hiding_demo)
    first = contents(site)
    assert sorted(first) == NAMES and b'<html lang="es">' in first["es.html"]
    assert json.loads(first["concord_pages.json"])["release"] == 1
    (site / "CNAME").write_text("measures.example.org")
    (site / "index.html").unlink()
    published(site, hiding_demo)
    assert contents(site) == first | {"CNAME": b"measures.example.org"}


@pytest.mark.heavy
def test_beside_the_running_app_the_same_bytes_are_written_and_a_strange_folder_is_refused(hiding_demo, tmp_path):
    mine = copied(hiding_demo, tmp_path / "var").folder
    published(tmp_path / "alone", hiding_demo)
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "notes.txt").write_text("mine")
    with running(mine):
        done = concord("publish", "beside", folder=mine)
        refused = concord("publish", "strange", folder=mine)
    assert done.returncode == 0 and "Release 1 is in beside" in done.stdout, done.stderr
    assert contents(tmp_path / "beside") == contents(tmp_path / "alone")
    assert refused.returncode == 1 and "not of `concord publish`" in refused.stderr
    assert contents(tmp_path / "strange") == {"notes.txt": b"mine"}


def test_a_web_server_may_read_what_is_published(tmp_path):
    before = os.umask(0o077)  # as the command sets it
    try:
        published_folder.write(tmp_path / "site", {"index.html": b"x"}, 3)
    finally:
        os.umask(before)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "site", *(tmp_path / "site").iterdir())}
    assert modes == {"site": 0o755, "index.html": 0o644, "concord_pages.json": 0o644}


@pytest.mark.parametrize("held", ["notes.txt", "index.html", "concord_pages.json"])
def test_a_folder_of_someone_else_is_left_as_it_is(tmp_path, held):
    """A trap: a page of the same name, or a file that only looks like our mark, makes it no folder of ours."""
    (tmp_path / held).write_text("[]")
    with pytest.raises(NotPossible, match="not of `concord publish`"):
        published_folder.write(tmp_path, {"index.html": b"x"}, 1)
    assert contents(tmp_path) == {held: b"[]"}


def test_what_cannot_be_a_folder_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    for folder, told in ((tmp_path / "file", "is a file"), (tmp_path / "none" / "site", "does not exist")):
        with pytest.raises(NotPossible, match=told):
            published_folder.write(folder, {}, 1)


def test_a_link_to_a_file_elsewhere_is_replaced_not_followed(tmp_path):
    (tmp_path / "elsewhere").write_text("mine")
    site = tmp_path / "site"
    published_folder.write(site, {"index.html": b"x"}, 1)
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(tmp_path / "elsewhere")
    published_folder.write(site, {"index.html": b"y"}, 1)
    assert (tmp_path / "elsewhere").read_text() == "mine" and (site / "index.html").read_bytes() == b"y"
