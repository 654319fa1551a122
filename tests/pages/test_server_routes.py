"""Jobs send files by HTTP: who may, what they hear, and that nothing is doubled or half there when many come at once."""

import datetime as dt
import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from data.ledger import job_tokens
from data.receiving.spool import FOLDER
from pages.components.forms import file_chooser
from pages.components.forms.file_chooser import Upload
from pages.components.layout import opened_store, page_state
from pages.components.routes import upload_stream
from pages.components.routes.jobs import job_routes
from schemas.policy.viewer import Viewer
from tests.support.new_partnerships import new_folder, release_on_acceptance
from tests.support.running_server import ROOT, Answer, ask, comes_about, served
from tests.support.whole_run.every_run import some_of
from workflow import reading
from workflow.recovery import checking_store

PARTNERS = [f"partner_{n}" for n in range(8)]
SETTINGS = 'name = "Test"\ndemo = true\ntoday = 2026-10-20\n' + "".join(
    f'[[partners]]\nid = "{p}"\nname = "{p.title()}"\nkind = "clinic"\n' for p in PARTNERS
)
HEADER = "patient_id,measured_on,systolic,diastolic,setting"
ONE, TWO = PARTNERS[:2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    new_folder(tmp_path / "var", SETTINGS)
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "var"))
    yield tmp_path / "var"
    page_state.store().close()
    opened_store._open.clear()
    assert checking_store.problems(tmp_path / "var") == []


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with served() as address:
        yield address


def readings(start: int = 0, rows: int = 400, day: dt.date = dt.date(2026, 1, 1)) -> bytes:
    lines = [f"P{n},{day + dt.timedelta(n % 89)},{110 + n % 50},80,office" for n in range(start, start + rows)]
    return "\n".join([HEADER, *lines, ""]).encode()


def send(url: str, token: str, data: bytes, dataset: str = "blood_pressure", said: str = "") -> Answer:
    return ask(f"{url}/api/submissions/{dataset}?{said}", "PUT", data, token)


def token_of(folder: Path, partner: str, days: int = 10) -> str:
    return job_tokens.new_token(folder, partner, days)[0]


def ledger() -> list[tuple[str, str, int]]:
    return sorted((s.partner_id, s.state, s.rows_kept) for s in reading.all_submissions(page_state.store()))


def rows_in_force() -> dict[str, int]:
    found = page_state.store().cursor().execute("SELECT partner_id, count(*) FROM in_force.blood_pressure GROUP BY 1")
    return dict(found.fetchall())


def left(folder: Path) -> list[Path]:
    return list((folder / FOLDER).glob("*"))


def test_a_good_file_is_accepted_and_released_and_the_same_again_is_known(folder, url, monkeypatch):
    release_on_acceptance(page_state.store(), monkeypatch)
    token = token_of(folder, ONE)
    first = send(url, token, readings(), said="covers=2026-01-01:2026-03-31")
    assert first.status == 200
    assert first.json["outcome"] == "accepted" and first.json["release"] == 1
    assert first.json["covers"] == ["2026-01-01", "2026-03-31"]
    assert "400 rows, 0 of them blocked" in first.json["message"]
    again = send(url, token, readings(), said="covers=2026-01-01:2026-03-31")
    assert (again.status, again.json["outcome"], "release" in again.json) == (200, "known", False)
    own = ask(f"{url}/api/submissions", token=token)
    assert [(s["partner"], s["rows_kept"], s["state"]) for s in own.json["submissions"]] == [(ONE, 400, "accepted")]
    assert ask(f"{url}/api/submissions", token=token_of(folder, TWO)).json["submissions"] == []
    assert left(folder) == []


def test_a_file_with_a_bad_row_is_blocked_and_hears_where(folder, url):
    token, bad = token_of(folder, ONE), readings() + b"P1,ABC77,120,80,office\n"
    answer = send(url, token, bad)
    assert answer.status == 422 and answer.json["outcome"] == "blocked" and answer.json["submission"] is None
    assert [(f["row"], f["column"], f["category"]) for f in answer.json["findings"]] == [
        (402, "measured_on", "wrong format")
    ]
    assert b"ABC77" not in answer.body, "a cell's value"
    assert ledger() == []
    checked = send(url, token, bad, said="accept=check_only&accept_valid=yes")
    assert (checked.status, checked.json["outcome"]) == (200, "checked") and ledger() == []
    assert send(url, token, bad, said="accept_valid=yes").json["outcome"] == "accepted"
    assert ledger() == [(ONE, "accepted", 400)]


def test_what_is_not_a_file_is_refused_with_its_rule(folder, url):
    answer = send(url, token_of(folder, ONE), b"%PDF-1.7 nothing")
    assert answer.status == 422 and answer.json["findings"][0]["rule"] == "not_a_text_file"
    assert send(url, token_of(folder, ONE), b"").json["findings"][0]["rule"] == "empty_file"


def test_only_a_token_in_force_opens_the_door(folder, url):
    gone, _ = job_tokens.new_token(folder, ONE)
    job_tokens.revoke_token(folder, job_tokens.tokens(folder)[0].id)
    old = token_of(folder, ONE, days=-1)
    stranger = token_of(folder, "someone_else")
    for token in ("", "x", gone, old, stranger, job_tokens.tokens(folder)[0].sha256):
        for answer in (send(url, token, readings()), ask(f"{url}/api/submissions", token=token)):
            assert answer.status == 401 and "concord token new" in answer.json["message"]
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert ledger() == []
    assert send(url, token_of(folder, ONE), readings()).status == 200, "made while the server runs"


def test_anonymous_bytes_are_refused_before_they_are_read(folder, url):
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as line:
        line.sendall(b"PUT /api/submissions/patients HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000000\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(65536), b""))  # it ends: the server has closed the line
    assert answer.startswith(b"HTTP/1.1 401") and not (folder / FOLDER).exists()


@pytest.mark.parametrize(
    ("dataset", "said", "status"),
    some_of(
        [
            ("nonsense", "", 404),
            ("blood_pressure", "covers=2026", 400),
            ("blood_pressure", "covers=2026-02-01:2026-01-01", 400),
            ("blood_pressure", "date_order=ymd", 400),
            ("blood_pressure", "accept=maybe", 400),
            ("blood_pressure", "acept=yes", 400),
        ],
        3,
    ),
)
def test_an_address_that_is_not_right_is_told_what_can_be_said(folder, url, dataset, said, status):
    answer = send(url, token_of(folder, ONE), readings(), dataset, said)
    assert answer.status == status and answer.json["message"].endswith(".")
    assert ledger() == []


def test_a_file_over_the_limit_or_without_room_is_refused_and_leaves_nothing(folder, url, monkeypatch):
    token = token_of(folder, ONE)
    policy = page_state.store().partnership.policy.model_copy(update={"largest_upload_mb": 1})
    monkeypatch.setattr(
        page_state.store(), "partnership", page_state.store().partnership.model_copy(update={"policy": policy})
    )
    pieces = (b"x" * 100_000 for _ in range(40))  # without a length: told only while it is read
    assert ask(f"{url}/api/submissions/patients", "PUT", pieces, token).status == 413
    monkeypatch.setattr("data.receiving.spool.SPARE", 1 << 60)
    assert send(url, token, readings()).status == 507
    assert left(folder) == [] and ledger() == []


def test_a_body_that_breaks_off_leaves_nothing(folder, url):
    token, place = token_of(folder, ONE), urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as line:
        head = f"PUT /api/submissions/blood_pressure HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        line.sendall(f"{head}Content-Length: 5000000\r\n\r\n".encode() + readings())
        for _ in range(400):
            if left(folder):
                break
            line.settimeout(0.05)
            with pytest.raises(TimeoutError):
                line.recv(1)
        assert left(folder)
    for _ in range(400):
        if not left(folder) and not upload_stream._under_way.total():
            break
        ask(f"{url}/api/submissions", token=token)
    assert left(folder) == [] and ledger() == [] and not upload_stream._under_way.total()


def test_a_file_whose_sender_has_gone_while_it_waited_for_its_turn_is_not_checked(folder, url):
    token, place, busy = token_of(folder, ONE), urlsplit(url), threading.Event()
    turns = [job_routes.CHECKS.submit(busy.wait, 30) for _ in range(job_routes.AT_ONCE)]
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as line:
        head = f"PUT /api/submissions/blood_pressure HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        line.sendall(f"{head}Content-Length: {len(readings())}\r\n\r\n".encode() + readings())
        assert comes_about(lambda: any(p.stat().st_size == len(readings()) for p in left(folder)))
    time.sleep(0.2)
    busy.set()
    assert all(turn.result() for turn in turns)
    assert comes_about(lambda: not upload_stream._under_way.total())
    assert left(folder) == [] and ledger() == []


def test_a_body_that_comes_too_slowly_is_given_up(folder, url, monkeypatch):
    monkeypatch.setattr(upload_stream, "PIECE_SECONDS", 0.3)
    token, place = token_of(folder, ONE), urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as line:
        head = f"PUT /api/submissions/blood_pressure HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        line.sendall(f"{head}Content-Length: 5000000\r\n\r\n".encode() + readings())
        assert line.recv(65536).startswith(b"HTTP/1.1 408")
    assert left(folder) == [] and ledger() == []


@pytest.mark.parametrize(
    "lie", some_of(["Content-Length: 10", "Content-Length: -1", "Content-Length: 5000000000", "Content-Length: many",
            "Content-Length: 10\r\nContent-Length: 11", "Content-Length: 10\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked"], 3),
)  # fmt: skip
def test_a_length_that_is_a_lie_lets_nothing_in(folder, url, lie):
    """Too short, too long, no number, two of them, or a body that is not in the chunks that were announced."""
    token, place = token_of(folder, ONE), urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as line:
        head = f"PUT /api/submissions/blood_pressure HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        line.sendall(f"{head}{lie}\r\n\r\n".encode() + readings())
        line.shutdown(socket.SHUT_WR)
        line.settimeout(20)
        answer = line.recv(65536)
    assert not answer.startswith(b"HTTP/1.1 200")
    assert comes_about(lambda: left(folder) == [] and not upload_stream._under_way.total())
    assert ledger() == []


def test_a_body_in_chunks_is_taken_as_one_of_known_length(folder, url):
    data = readings()
    pieces = (data[n : n + 1000] for n in range(0, len(data), 1000))
    answer = ask(f"{url}/api/submissions/blood_pressure", "PUT", pieces, token_of(folder, ONE))
    assert answer.json["outcome"] == "accepted" and rows_in_force() == {ONE: 400}


def test_the_token_alone_says_whose_file_it_is(folder, url):
    token, other = token_of(folder, ONE), token_of(folder, TWO)
    assert send(url, token, readings(), said=f"partner={TWO}").status == 400
    sent = ask(
        f"{url}/api/submissions/blood_pressure", "PUT", readings(), token, **{"X-Partner": TWO, "Cookie": f"as={TWO}"}
    )
    assert sent.json["outcome"] == "accepted" and rows_in_force() == {ONE: 400}
    same = send(url, other, readings())
    assert same.json["outcome"] == "accepted", "what another partner has sent is not even known"
    assert rows_in_force() == {ONE: 400, TWO: 400}
    assert {s["partner"] for s in ask(f"{url}/api/submissions?as={ONE}", token=other).json["submissions"]} == {TWO}


def test_nothing_comes_in_or_goes_out_by_streamlits_own_open_addresses():
    """Its upload keeps anonymous bytes in memory, its downloads need no sign-in: only templates and what everyone
    may see go there."""
    config = tomllib.loads((ROOT / "concord" / "streamlit_settings.toml").read_text())
    assert config["server"]["maxUploadSize"] == 0
    pages = {path.name: path.read_text() for path in (ROOT / "pages").rglob("*.py")}
    for widget in ("file_uploader", "camera_input", "audio_input", "chat_input", "st.image", "st.audio", "st.video"):
        assert [name for name, text in pages.items() if widget in text] == [], widget
    assert {name for name, text in pages.items() if "st.download_button(" in text} == {
        "chart_numbers.py",
        "dataset_guides.py",
    }


def test_what_goes_wrong_inside_is_told_without_its_words(folder, url, monkeypatch, caplog):
    def breaks(*_: object, **__: object) -> None:
        raise ValueError("Vanterpoole, 123-45-6789")

    monkeypatch.setattr("workflow.delivering.deliver", breaks)
    answer = send(url, token_of(folder, ONE), readings())
    assert answer.status == 500 and "counts once" in answer.json["message"]
    assert b"Vanter" not in answer.body and "Vanter" not in caplog.text and "ValueError" in caplog.text
    assert left(folder) == []


@pytest.mark.parametrize(("role", "status"), [("backbone", 201), ("leader", 403), ("analyst", 403), ("auditor", 403)])
def test_boundaries_are_taken_of_backbone_staff_alone_and_no_larger_than_a_map(folder, url, role, status):
    waits = Upload(Viewer(role=role), None, "areas.geojson", 5, most=5)
    waits.word = file_chooser.waiting.offer(waits)
    assert ask(f"{url}/upload/{waits.word}", "PUT", b"hello").status == status
    larger = Upload(Viewer(role="backbone"), None, "areas.geojson", 5, most=5)
    larger.word = file_chooser.waiting.offer(larger)
    assert ask(f"{url}/upload/{larger.word}", "PUT", b"hello!").status == 413
    del waits
    assert left(folder) == []


def test_an_upload_of_the_page_needs_its_ticket_and_works_once(folder, url):
    waits = Upload(Viewer(role="partner", partner_id=ONE), ONE, "mine.csv", 5)
    waits.word = file_chooser.waiting.offer(waits)
    assert ask(f"{url}/upload/{'x' * 43}", "PUT", b"hello").status == 404 and not left(folder)
    assert ask(f"{url}/upload/{waits.word}", "PUT", b"hello").status == 201
    with waits.whole.open() as stream:
        assert stream.read() == b"hello"
    assert ask(f"{url}/upload/{waits.word}", "PUT", b"other").status == 404
    assert len(left(folder)) == 1
    del waits, stream
    assert left(folder) == [], "nobody holds it any more"
