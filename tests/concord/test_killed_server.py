"""The real server is killed, again and again, while a file arrives and while it is accepted: all of it or nothing."""

import datetime as dt
import http.client
import re
import threading
import urllib.error
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from data.ledger import job_tokens
from data.receiving.spool import FOLDER
from data.releases import release_folders
from tests.pages.test_server_routes import ONE, PARTNERS, SETTINGS, readings
from tests.support.new_partnerships import new_folder
from tests.support.running_server import ask, running
from workflow import administering, reading
from workflow.recovery import checking_store

ROWS = 40_000
INTERRUPTED = re.compile(r"release \d+ was interrupted: start Concord, ")
SAID = "covers=2026-01-01:2026-03-31"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return new_folder(tmp_path / "var", f"{SETTINGS}[policy]\nrelease_on_accept = true\n")


def in_force(folder: Path) -> tuple[int, int, int]:
    """Accepted submissions, their rows, and rows in all; the store opens, and its counts are those of a rebuild."""
    cut_off = [one for one in checking_store.problems(folder) if not INTERRUPTED.match(one)]
    assert cut_off == [], "nothing but a release that the next start settles"
    store = administering.open_partnership(folder)
    found = reading.all_submissions(store)
    rows = store.cursor().execute("SELECT count(*) FROM rows.blood_pressure").fetchall()[0][0]
    store.close()
    assert checking_store.problems(folder) == []
    assert {s.state for s in found} <= {"accepted"}, "what a job had only checked is forgotten"
    assert list((folder / FOLDER).glob("*")) == []
    return len(found), sum(s.rows_kept for s in found), rows


def released_rows(folder: Path) -> int:
    release = release_folders.current_release(folder)
    assert release
    with duckdb.connect(str(release_folders.edition_path(folder, release, "research")), read_only=True) as con:
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


@pytest.mark.heavy
@pytest.mark.parametrize(
    "moments",
    [[0.3], pytest.param([n / 10 for n in range(30)], marks=pytest.mark.heavy)],
    ids=["few", "many"],
)
def test_a_killed_server_doubles_nothing_and_leaves_nothing_half_there(folder, moments):
    token, data = job_tokens.new_token(folder, ONE)[0], readings(rows=ROWS)
    for moment in moments:
        killed(folder, token, data, moment)
        assert in_force(folder) in {(0, 0, 0), (1, ROWS, ROWS)}, f"killed after {moment} s"
    with running(folder) as (url, _):
        answer = ask(f"{url}/api/submissions/blood_pressure?{SAID}", "PUT", data, token)
        assert answer.status == 200 and answer.json["outcome"] in {"accepted", "known"}
    assert in_force(folder) == (1, ROWS, ROWS)
    assert released_rows(folder) == ROWS, "an acceptance whose release was cut off is released by the next try"


QUARTERS = {"2026-01-01:2026-03-31": dt.date(2026, 1, 1), "2026-04-01:2026-06-30": dt.date(2026, 4, 1)}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("partners", "rows", "quarters", "kills"),
    [(3, 300, 1, 1), (8, 20_000, 2, 4)],
    ids=["few", "many"],
)
def test_two_people_of_each_partner_at_once_while_the_server_is_killed(folder, partners, rows, quarters, kills):
    """Each person sends the quarters, again and again until each is answered; the server dies in between."""
    senders = PARTNERS[:partners]
    days = dict(list(QUARTERS.items())[:quarters])
    files = {
        (p, said): readings(n * 10 * rows, rows + n, day) for n, p in enumerate(senders) for said, day in days.items()
    }
    words = {p: job_tokens.new_token(folder, p)[0] for p in senders}
    waiting = list(files) * 2

    def send(url: str, job: tuple[str, str]) -> bool:
        with suppress(urllib.error.URLError, http.client.HTTPException, OSError):
            answer = ask(f"{url}/api/submissions/blood_pressure?covers={job[1]}", "PUT", files[job], words[job[0]])
            assert answer.status in {200, 429, 500, 503}, answer.body
            return answer.status == 200
        return False

    for left in range(kills, -1, -1):
        with running(folder) as (url, server), ThreadPoolExecutor(16) as people:
            answers = [(job, people.submit(send, url, job)) for job in waiting]
            if left:  # somewhere in the middle
                wait([future for _, future in answers], timeout=2 + rows / 10_000, return_when=FIRST_COMPLETED)
                server.kill()
            waiting = [job for job, future in answers if not future.result()]
        told = checking_store.problems(folder)
        assert [t for t in told if not (left and "was interrupted" in t)] == [], "the next start settles a release"
    assert waiting == []
    store = administering.open_partnership(folder)
    found = sorted((s.partner_id, str(s.covers[0]), s.state, s.rows_kept) for s in reading.all_submissions(store))
    store.close()
    assert found == [(p, said[:10], "accepted", rows + int(p[-1])) for p in senders for said in days]
    assert released_rows(folder) == sum(kept for *_, kept in found)
