"""The server answers to its own names alone: pages, routes and the websocket of the real server."""

import asyncio
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from data.ledger.data_folder import make_folder
from pages.components.routes.host_guard import HostGuard
from tests.support.running_server import running

SETTINGS = 'hosts = ["concord.example.org"]\nname = "Test"\ndemo = true\n[[partners]]\nid = "alder"\nname = "Alder"\n'
FOREIGN = ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example", "concord.example",
           "192.168.0.7", "8.8.8.8", "0.0.0.0", "[2001:db8::1]", "evil@localhost", "localhost@evil.example", "", " ",
           "xconcord.example.org", "2130706433", "127.1"]  # fmt: skip
OWN = ["localhost", "LOCALHOST:9", "127.0.0.1", "127.0.0.1:8501", "[::1]:8501", "127.5.5.5", "concord.example.org",
       "Concord.Example.org.:443"]  # fmt: skip
PATHS = ["/", "/send-data", "/_stcore/health", "/_stcore/host-config", "/api/submissions", "/mine/abc", "/nothing",
         "/static/js/x.js", "/scorecard"]  # fmt: skip


def status(host: str, *, origin: str | None = None, kind: str = "http", others: tuple[str, ...] = ()) -> int:
    """What the guard alone says: 200 stands for what it lets through."""
    said: list[dict] = []

    async def app(scope, receive, send):
        said.append({"status": 200})

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        said.append(message)

    headers = [(b"host", h.encode()) for h in (host, *others)]
    headers += [(b"origin", origin.encode())] if origin is not None else []
    asyncio.run(HostGuard(app, ["concord.example.org"])({"type": kind, "headers": headers}, receive, send))
    return int(said[0].get("status", 403))


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_which_names_are_ours(kind):
    assert {host: status(host, kind=kind) for host in OWN} == dict.fromkeys(OWN, 200)
    assert 200 not in {status(host, kind=kind) for host in FOREIGN}
    assert status("localhost", kind=kind, others=("localhost",)) != 200, "two answers to one question"


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("http://localhost", "localhost:80", True),
        ("https://concord.example.org", "127.0.0.1:8501", True),
        ("http://localhost:3000", "localhost:8501", False),
        ("http://127.0.0.1:8501", "localhost:8501", False),
        ("https://evil.example", "localhost:8501", False),
        ("http://evil.example@localhost:8501", "localhost:8502", False),
        ("null", "localhost:8501", False),
        ("file://", "localhost", False),
        ("http://localhost:x", "localhost", False),
        ("", "localhost", False),
    ],
)
def test_whose_page_may_ask(origin, host, own):
    for kind in ("http", "websocket"):
        assert (status(host, origin=origin, kind=kind) == 200) is own


def asked(url: str, path: str, *headers: str) -> int:
    """The status of a request written by hand."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as line:
        line.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Connection: close", *headers, "", ""]).encode())
        return int(line.recv(64).split()[1])


def test_the_real_server_answers_to_its_own_names_on_every_way_in(tmp_path: Path):
    make_folder(tmp_path / "var", SETTINGS)
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")  # fmt: skip
    stream = "/_stcore/stream"
    with running(tmp_path / "var") as (url, _):
        own = urlsplit(url).netloc
        for path in PATHS:
            assert asked(url, path, f"Host: {own}") not in (400, 403), path
            for host in FOREIGN[:4]:
                assert asked(url, path, f"Host: {host}") == 400, (path, host)
            assert asked(url, path, f"Host: {own}", "Origin: https://evil.example") == 403, path
        assert asked(url, "/", "Host: concord.example.org") == 200
        assert asked(url, stream, f"Host: {own}", f"Origin: http://{own}", *upgrade) == 101
        assert asked(url, stream, "Host: concord.example.org", "Origin: https://concord.example.org", *upgrade) == 101
        for host, origin in (("evil.example", f"http://{own}"), ("evil.example", "http://evil.example"),
                             (own, "http://evil.example"), (own, "http://127.0.0.1:1")):  # fmt: skip
            assert asked(url, stream, f"Host: {host}", f"Origin: {origin}", *upgrade) in (400, 403)
        files = list((tmp_path / "var").rglob("*"))
        assert files and all(path.stat().st_mode & 0o077 == 0 for path in [tmp_path / "var", *files])
