"""The real server is killed, again and again, while a file arrives and while it is accepted: all of it or nothing."""

import http.client
import threading
import urllib.error
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

import workflow
from data import releases, tokens
from data.settings import make_folder
from data.spool import FOLDER
from tests.beside import ask, running
from tests.test_endpoints import ONE, SETTINGS, readings

ROWS = 40_000
SAID = "covers=2026-01-01:2026-03-31"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_folder(tmp_path / "var", SETTINGS)
    return tmp_path / "var"


def in_force(folder: Path) -> tuple[int, int, int]:
    """Accepted submissions, their rows, and rows in all; the store opens, and its counts are those of a rebuild."""
    assert workflow.problems(folder) == []
    store = workflow.open_partnership(folder)
    found = workflow.all_submissions(store)
    rows = store.cursor().execute("SELECT count(*) FROM rows.blood_pressure").fetchall()[0][0]
    store.close()
    assert {s.state for s in found} <= {"accepted"}, "what a job had only checked is forgotten"
    assert list((folder / FOLDER).glob("*")) == []
    return len(found), sum(s.rows_kept for s in found), rows


def released_rows(folder: Path) -> int:
    release = releases.current_release(folder)
    assert release
    with duckdb.connect(str(releases.edition_path(folder, release, "research")), read_only=True) as con:
        return con.execute("SELECT count(*) FROM blood_pressure").fetchall()[0][0]


def slowly(data: bytes, stop: threading.Event) -> Iterator[bytes]:
    """The body, until the server is dead."""
    yield data[: len(data) // 2]
    stop.wait(20)
    yield data[len(data) // 2 :]


def killed(folder: Path, token: str, data: bytes, after: float | None) -> None:
    """Send a file; kill the server in its middle (`after` None) or so many seconds after its end."""
    dead = threading.Event()
    with running(folder) as (url, server):

        def send() -> None:
            body = slowly(data, dead) if after is None else data
            with suppress(urllib.error.URLError, http.client.HTTPException, OSError):
                ask(f"{url}/api/submissions/blood_pressure?{SAID}", "PUT", body, token)

        sender = threading.Thread(target=send)
        sender.start()
        if after is None:
            while not list((folder / FOLDER).glob("*")):
                assert sender.is_alive()
                dead.wait(0.02)
        else:
            sender.join(after)
        server.kill()
        server.wait(20)
        dead.set()
        sender.join(30)
        assert not sender.is_alive()


@pytest.mark.parametrize(
    "moments",
    [[None, 0.3, 0.8], pytest.param([n / 10 for n in range(30)], marks=pytest.mark.heavy)],
    ids=["few", "many"],
)
def test_a_killed_server_doubles_nothing_and_leaves_nothing_half_there(folder, moments):
    token, data = tokens.new_token(folder, ONE)[0], readings(rows=ROWS)
    for moment in moments:
        killed(folder, token, data, moment)
        assert in_force(folder) in {(0, 0, 0), (1, ROWS, ROWS)}, f"killed after {moment} s"
    with running(folder) as (url, _):
        answer = ask(f"{url}/api/submissions/blood_pressure?{SAID}", "PUT", data, token)
        assert answer.status == 200 and answer.json["outcome"] in {"accepted", "known"}
    assert in_force(folder) == (1, ROWS, ROWS)
    assert released_rows(folder) == ROWS, "an acceptance whose release was cut off is released by the next try"
