"""A folder is watched: each file is sent once, lies where its outcome says, and a running app is not in the way."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from concord import folder_watch
from data.ledger import job_tokens
from data.ledger.store import Store
from data.receiving.watched_folder import DropFolder
from tests.concord.test_command import EXAMPLES
from tests.support.command_line import concord
from tests.support.running_server import running
from workflow import administering, delivering, reading

GOOD, BAD = (EXAMPLES / f"blood_pressure_{kind}.csv" for kind in ("good", "mistakes"))


@contextmanager
def watching(place: Path, *arguments: object, **env: str) -> Iterator[subprocess.Popen[str]]:
    """`concord submit --watch` in a process of its own, stopped as with Ctrl-C."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CONCORD_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "concord", "submit", "--watch", str(place), "--every", "0.2", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=clean | env,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        assert process.stdout
        process.stdout.close()


def dropped(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f".{name}").write_bytes(data)
    return (folder / f".{name}").rename(folder / name)


def until_gone(path: Path, process: subprocess.Popen[str]) -> None:
    for _ in range(400):
        if not path.exists():
            return
        assert process.poll() is None, process.stdout and process.stdout.read()
        time.sleep(0.1)
    raise AssertionError(f"{path.name} was not sent")


def states(folder: Path) -> list[tuple[str, str]]:
    store = administering.open_partnership(folder)
    found = [(s.partner_id, s.state) for s in reading.all_submissions(store)]
    store.close()
    return found


def told(path: Path) -> dict:
    return json.loads(path.with_name(f"{path.name}.findings.json").read_text())


def test_files_are_sent_put_away_with_their_findings_and_never_twice(folder, tmp_path):
    drop = tmp_path / "drop" / "clinic" / "blood_pressure"
    good, bad = dropped(drop, "good.csv", GOOD.read_bytes()), dropped(drop, "bad.csv", BAD.read_bytes())
    stray = dropped(tmp_path / "drop" / "nobody" / "blood_pressure", "x.csv", GOOD.read_bytes())
    with watching(tmp_path / "drop", "--data", folder) as process:
        for path in (good, bad, stray):
            until_gone(path, process)
    assert process.returncode == 0, "Ctrl-C is a clean end"
    assert told(drop / "done" / "good.csv")["outcome"] == "accepted"
    assert told(drop / "blocked" / "bad.csv")["findings"]
    assert "no partner is called" in told(stray.parent / "blocked" / "x.csv")["message"]
    assert (drop / "done" / "good.csv").read_bytes() == GOOD.read_bytes()
    again = dropped(drop, "good.csv", GOOD.read_bytes())
    with watching(tmp_path / "drop", "--data", folder) as process:
        until_gone(again, process)
    assert states(folder) == [("clinic", "accepted")]
    others = [p for p in (drop / "done").glob("good.*.csv") if p.name != "good.csv"]
    assert [told(p)["outcome"] for p in others] == ["known"] and (drop / "done" / "good.csv").exists()


def test_a_file_that_still_grows_or_is_hidden_or_a_link_waits(tmp_path):
    drop = tmp_path / "patients"
    file = dropped(drop, "a.csv", b"x")
    dropped(drop, "b.csv.part", b"x")
    dropped(drop, "empty.csv", b"")
    (drop / "link.csv").symlink_to("/etc/hostname")
    looked = DropFolder(tmp_path, by_partner=False)
    assert looked.arrived() == [], "seen once only"
    file.write_bytes(b"xy")
    assert looked.arrived() == []
    assert [f.path for f in looked.arrived()] == [file]
    looked.put_away(looked.arrived()[0], {"outcome": "blocked"})
    assert looked.arrived() == [] and (drop / "blocked" / "a.csv").exists()


@pytest.mark.heavy
def test_beside_a_running_app_files_go_through_its_address(folder, tmp_path):
    token = job_tokens.new_token(folder, "clinic")[0]
    drop = tmp_path / "drop" / "blood_pressure"
    good, bad = dropped(drop, "good.csv", GOOD.read_bytes()), dropped(drop, "bad.csv", BAD.read_bytes())
    with running(folder) as (url, _):
        in_the_way = concord("submit", "--watch", tmp_path / "drop", folder=folder)
        assert in_the_way.returncode == 1 and "--server" in in_the_way.stderr
        with watching(tmp_path / "drop", "--server", url, CONCORD_TOKEN=token) as process:
            until_gone(good, process)
            until_gone(bad, process)
    assert process.returncode == 0
    assert told(drop / "done" / "good.csv")["outcome"] == "accepted"
    assert told(drop / "blocked" / "bad.csv")["findings"]
    assert states(folder) == [("clinic", "accepted")]
    waits = dropped(drop, "next.csv", GOOD.read_bytes())
    with watching(tmp_path / "drop", "--server", url, CONCORD_TOKEN=token) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(2)]
    assert "waits: the server does not answer" in lines[1] and waits.exists()


@pytest.mark.parametrize(
    ("url", "token", "word"),
    [
        ("http://127.0.0.1:9", "", "CONCORD_TOKEN"),
        ("http://concord.example", "x", "https"),
        ("file:///etc", "x", "https"),
    ],
)
def test_a_token_is_needed_and_is_not_sent_where_it_could_be_overheard(tmp_path, url, token, word):
    answer = concord("submit", "--watch", tmp_path, "--server", url, folder=tmp_path / "var", CONCORD_TOKEN=token)
    assert answer.returncode == 1 and word in answer.stderr


def test_a_file_that_breaks_the_check_waits_and_does_not_keep_the_others(folder, tmp_path, monkeypatch, capsys):
    drop = tmp_path / "drop" / "clinic" / "blood_pressure"
    first, second = dropped(drop, "a.csv", GOOD.read_bytes()), dropped(drop, "b.csv", GOOD.read_bytes())
    stop, deliver = threading.Event(), delivering.deliver

    def breaks(store: Store, place: Path, *said: Any) -> object:
        if place == first:
            raise ValueError("Vanterpoole, 123-45-6789")
        stop.set()
        return deliver(store, place, *said)

    monkeypatch.setattr(delivering, "deliver", breaks)
    monkeypatch.setattr(folder_watch, "_until_stopped", lambda: stop)
    folder_watch.watch(tmp_path / "drop", folder, None, delivering.How(), 0.01)
    assert first.exists() and told(drop / "done" / "b.csv")["outcome"] == "accepted" and not second.exists()
    said = capsys.readouterr().out
    assert said.count("could not be checked (ValueError)") == 1 and "Vanter" not in said
