"""The real server: headers on every answer, a log that machines read, and what is said before an address is printed."""

import json
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from concord.operating import running_app
from data.ledger.data_folder import SOCKET
from pages.components.routes import server_routes
from pages.components.routes.security_headers import HEADERS, policy
from tests.pages.test_server_routes import SETTINGS
from tests.support.command_line import concord
from tests.support.new_partnerships import new_folder
from tests.support.running_server import answers, ask, comes_about, free_port

CANARY = "jane-q-canary"
STREAMLITS = ("/", "/measure", f"/nothing?patient={CANARY}", "/_stcore/health", "/_stcore/host-config", "/static/none.js",
              "/media/none", "/auth/login", "/oauth2callback")  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Path]]:
    """Address, data folder and log of a server that logs JSON."""
    folder = new_folder(tmp_path_factory.mktemp("edges") / "var", SETTINGS)
    port, log = free_port(), folder.parent / "log"
    command = [sys.executable, "-m", "concord", "serve", "--data", str(folder), "--port", str(port), "--log", "json"]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            answers(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}", folder, log
        finally:
            process.terminate()


def every_address() -> list[tuple[str, str]]:
    """(method, path) of each route of ours, and addresses of Streamlit's."""
    ours = [
        (method, route.path.replace("{word}", CANARY).replace("{dataset}", "patients").replace("{provider}", "county"))
        for route in server_routes.ROUTES for method in sorted(route.methods or {"GET"})
    ]  # fmt: skip
    return [*ours, *(("GET", path) for path in STREAMLITS)]


def test_every_answer_has_the_headers_and_an_id(served):
    url = served[0]
    for method, path in every_address():
        answer = ask(url + path, method, b"" if method in ("PUT", "POST") else None)
        for name, value in HEADERS.items():
            own = {"no-referrer"} if name == "Referrer-Policy" else set()
            assert answer.headers[name] in {value, *own}, (method, path, name)
        assert len(answer.headers["X-Request-Id"]) == 16, path
    foreign = ask(url, Host="evil.example")
    assert foreign.status == 400 and foreign.headers["X-Frame-Options"] == "DENY", "refusals too"


def test_the_policy_lets_no_inline_script_run_but_streamlits_own():
    said = policy("<script>\n a = 1\n</script><script src='x.js'></script>")
    script = next(part for part in said.split("; ") if part.startswith("script-src"))
    assert script.count("sha256-") == 1 and "unsafe" not in script
    assert "frame-ancestors 'none'" in said and "object-src 'none'" in said


def test_each_line_of_the_log_is_json_without_a_value(served):
    url, _, log = served
    identity = ask(f"{url}/measure?patient={CANARY}").headers["X-Request-Id"]
    after = ask(f"{url}/mine/{CANARY}").headers["X-Request-Id"]
    both = {identity, after}
    assert comes_about(lambda: all(one in log.read_text() for one in both)), (
        "a line is written once its answer has gone"
    )
    text = log.read_text()
    assert CANARY not in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert [(one["kind"], one["status"]) for one in lines if one.get("request") == identity] == [("page", 200)]


def test_health_is_open(served):
    answer = ask(f"{served[0]}/health")
    assert answer.status == 200 and answer.json["status"] == "ok"


def test_a_second_server_on_the_store_is_refused_before_an_address_is_said(served):
    answer = concord("serve", "--port", free_port(), folder=served[1], alone=True)
    assert answer.returncode == 1 and "another Concord process uses the data folder" in answer.stderr
    assert "Concord is at" not in answer.stdout


def test_a_taken_port_is_said_before_an_address(tmp_path):
    folder = new_folder(tmp_path / "var", SETTINGS)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = concord("serve", "--port", taken.getsockname()[1], folder=folder)
    assert answer.returncode == 1 and "is taken" in answer.stderr and "Concord is at" not in answer.stdout


def test_another_way_to_log_is_refused(tmp_path):
    answer = concord("serve", "--log", "xml", folder=new_folder(tmp_path / "var", SETTINGS))
    assert answer.returncode == 2 and "write text or json" in answer.stderr


def test_the_socket_is_for_the_account_of_the_app(served):
    folder = served[1]
    assert stat.S_IMODE((folder / SOCKET).stat().st_mode) == 0o600
    for asked in (b"", b"{}\n", b"[]\n", b"no JSON\n", b'{"do": "rm"}\n', b"x" * 200_000):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(folder / SOCKET))
            try:
                line.sendall(asked)
                line.shutdown(socket.SHUT_WR)
                answer = line.recv(1_000)
            except (BrokenPipeError, ConnectionResetError):
                continue
            assert b'"ok": true' not in answer
    assert running_app.ask(folder, "check") == {"problems": []}, "it still answers"
