"""`concord export` writes a release in the formats of other systems, whole, and touches nobody else's files."""

import hashlib
import json
import stat
from pathlib import Path

import pytest

from data.ledger.submissions import NotPossible
from tests.conftest import copied
from tests.support.command_line import concord
from tests.support.running_server import running
from workflow.exporting.own_folder import Mark

MARK = Mark("mark.json", "concord test")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_format_is_written_twice_alike_with_what_it_leaves_out(hiding_demo, tmp_path):
    for form in ("measure-report", "qrda-iii", "adx"):
        for _ in range(2):
            done = concord("export", form, tmp_path / form, folder=hiding_demo.folder)
            assert done.returncode == 0 and "Release 1 is in" in done.stdout, done.stderr
            first = contents(tmp_path / form)
        assert contents(tmp_path / form) == first
        about = json.loads(first.pop("export.json"))
        assert about["sha256"] == {name: hashlib.sha256(content).hexdigest() for name, content in first.items()}
        assert about["files"] == sorted(first) and about["format"] == form and about["release"] == 1
        assert any("is a mean" in one["why"] for one in about["left_out"])
        modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / form).iterdir()}
        assert modes == {0o600}, "an export is for the account that asked, until it hands it on"


def test_what_an_earlier_export_left_is_taken_out_and_nothing_else(hiding_demo, tmp_path):
    """A trap: documents of measures that were not asked for this time would pass as part of this export."""
    folder = tmp_path / "out"
    concord("export", "qrda-iii", folder, folder=hiding_demo.folder)
    (folder / "notes.txt").write_text("mine")
    done = concord(
        "export", "qrda-iii", folder, "--measure", "bp_control", "--ending", "2025-12-31", "--json",
        folder=hiding_demo.folder,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["ok"] and all(name.startswith("bp_control.") for name in told["files"]) and told["files"]
    assert sorted(contents(folder)) == sorted([*told["files"], "export.json", "notes.txt"])


def test_what_cannot_be_done_is_one_line_or_one_json_object_and_writes_nothing(hiding_demo, tmp_path):
    for asked, told in (
        (("--measure", "systolic_diabetes"), "is a mean"),
        (("--measure", "nope"), "no measure is called 'nope'"),
        (("--ending", "2025-01-07"), "the closed years end on"),
    ):
        done = concord("export", "adx", tmp_path / "out", *asked, "--json", folder=hiding_demo.folder)
        assert done.returncode == 1 and told in json.loads(done.stdout)["error"]
        assert not (tmp_path / "out").exists()
    assert concord("export", "pdf", tmp_path / "out", folder=hiding_demo.folder).returncode == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "export.json").write_text("{}")
    done = concord("export", "adx", tmp_path / "other", folder=hiding_demo.folder)
    assert done.returncode == 1 and "not of `concord export`" in done.stderr
    assert contents(tmp_path / "other") == {"export.json": b"{}"}


@pytest.mark.heavy
def test_beside_the_running_app_the_same_bytes_are_written(hiding_demo, tmp_path):
    mine = copied(hiding_demo, tmp_path / "var").folder
    concord("export", "adx", tmp_path / "alone", folder=hiding_demo.folder)
    with running(mine):
        done = concord("export", "adx", "beside", folder=mine)
        refused = concord("export", "adx", "more", "--measure", "nope", folder=mine)
    assert done.returncode == 0 and refused.returncode == 1 and "no measure" in refused.stderr, done.stderr
    assert contents(tmp_path / "beside") == contents(tmp_path / "alone")


@pytest.mark.parametrize("name", ["../mine.txt", "/mine.txt", "..", "", "inner/mine.txt", 7])
def test_a_mark_that_somebody_wrote_takes_nothing_outside_its_folder(tmp_path, name):
    (tmp_path / "mine.txt").write_text("mine")
    inner = tmp_path / "out" / "inner"
    inner.mkdir(parents=True)
    (inner / "mine.txt").write_text("mine")
    (tmp_path / "out" / "mark.json").write_text(json.dumps({"made_by": "concord test", "files": [name]}))
    MARK.write(tmp_path / "out", {"a.xml": b"x"}, {})
    assert (tmp_path / "mine.txt").read_text() == (inner / "mine.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(NotPossible, match="cannot be written"):
        MARK.write(tmp_path / "out", {"no/such/place.xml": b"x"}, {})
