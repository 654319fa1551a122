"""Postgres for tests: a cluster of its own for each process of a run, on loopback, that goes with the process.

It comes from the distribution (Debian's `postgresql`); where it is absent, or DuckDB's extensions are, the tests that need it are skipped.
"""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ACCOUNT = "postgres"
EXTENSIONS = ("duckdb_extension_ducklake", "duckdb_extension_postgres_scanner")


def programs() -> Path | None:
    """Where Postgres's programs lie; the newest of several versions, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def lacking() -> str:
    """What a store on Postgres needs and this machine has not; empty where all is there."""
    if programs() is None:
        return "Postgres is not installed (Debian's `postgresql`)"
    absent = [package.replace("_", "-") for package in EXTENSIONS if find_spec(package) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


def _account() -> str | None:
    """Postgres refuses to run as root: then as the account that it brought along."""
    return ACCOUNT if os.getuid() == 0 else None


@dataclass
class Cluster:
    """A running Postgres. Anyone on this machine may come in, for as long as a test takes."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def database(self, name: str = "postgres") -> str:
        """One of its databases, as libpq names it."""
        return f"host=127.0.0.1 port={self.port} user=concord dbname={name}"

    def new_database(self, like: str = "template0") -> str:
        """The name of a new database: empty, or a copy of one that nobody has open."""
        name = f"d{next(_NUMBERS)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def ask(self, query: str, database: str = "postgres") -> str:
        """What Postgres's own program prints for a query."""
        found = programs()
        assert found
        words = [str(found / "psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "concord", "-tAc", query, database]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    def stop(self) -> None:
        """End it; whoever is connected is cut off."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def start(self) -> None:
        """Begin again after `stop`."""
        self.process = _serve(self.folder, self.port)


_NUMBERS = itertools.count(1)


def make(folder: Path) -> Cluster:
    """A new cluster in a folder, running."""
    folder.mkdir(parents=True)
    if account := _account():
        known = pwd.getpwnam(account)
        os.chown(folder, known.pw_uid, known.pw_gid)
        for above in folder.parents:  # pytest closes its folders to everyone else
            if above.stat().st_uid == os.getuid() and above.stat().st_mode & 0o011 == 0:
                above.chmod(above.stat().st_mode | 0o011)
    found = programs()
    assert found
    subprocess.run(
        [found / "initdb", "-D", folder / "data", "-A", "trust", "-U", "concord", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True, capture_output=True, user=account, cwd="/",
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Cluster(folder, port, _serve(folder, port))


def _serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    found = programs()
    assert found
    log = (folder / "log").open("ab")
    process = subprocess.Popen(
        [
            "setpriv", "--pdeathsig", "INT", found / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", "",
            "-c", "fsync=off", "-c", "shared_buffers=32MB", "-c", "max_connections=200",
        ],
        stdout=log, stderr=log, user=_account(), cwd="/",
    )  # fmt: skip
    log.close()
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as line:
            if (
                line.connect_ex(("127.0.0.1", port)) == 0
                and "ready to accept" in (folder / "log").read_text().splitlines()[-1]
            ):
                return process
        time.sleep(0.05)
    raise AssertionError((folder / "log").read_text()[-2000:])
