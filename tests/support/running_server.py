"""The addresses beside the pages, served in this process for a test, and requests to them."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from pages.components.routes import server_routes
from pages.components.routes.host_guard import HostGuard
from pages.components.routes.sign_in_guard import SignInGuard

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def served() -> Iterator[str]:
    """The routes at a loopback address, with what stands before them."""
    app = Starlette(routes=server_routes.ROUTES, middleware=[Middleware(HostGuard), Middleware(SignInGuard)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


def ask(
    url: str, method: str = "GET", data: bytes | Iterable[bytes] | None = None, token: str = "", **headers: str
) -> Answer:
    """One request; an answer of any status is returned."""
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


@contextmanager
def running(
    folder: Path,
    log: Path | None = None,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    port: int = 0,
    said: Sequence[str] | None = None,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The real server on a data folder, or as `said`: its address and its process, which is ended in the end."""
    port = port or free_port()
    told = ["--data", str(folder)] if said is None else said
    command = [sys.executable, "-m", "concord", "serve", *told, "--port", str(port)]
    with log.open("wb") if log else nullcontext(subprocess.DEVNULL) as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=cwd, env=env)
        try:
            url = f"http://127.0.0.1:{port}"
            answers(f"{url}/health" if "--intake" in told else f"{url}/_stcore/health", process)
            yield url, process
        finally:
            process.terminate()
            process.wait(600)  # what is being checked comes to its end


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def comes_about(so: Callable[[], object]) -> bool:
    """Whether it comes to be so within some seconds: what a server does after its answer has to be waited for."""
    for _ in range(500):
        if so():
            return True
        time.sleep(0.02)
    return False


def answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server that was started answers there. A busy machine takes minutes, and one that ended is seen."""
    until = time.monotonic() + 600
    while time.monotonic() < until:
        assert process.poll() is None, "the server did not start"
        try:
            urllib.request.urlopen(url, timeout=20).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
