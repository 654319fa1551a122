"""A 2 GB file streams to the real server over loopback: how fast, and how much its memory grows.

python bench/streaming.py [--gigabytes 2] [--json]
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from machine import ROOT, show

sys.path.insert(0, str(ROOT))
from data.ledger import job_tokens
from data.ledger.data_folder import make_folder
from tests.support.running_server import Answer, ask, running

SETTINGS = 'name = "Bench"\ndemo = true\n[[partners]]\nid = "clinic"\nname = "Clinic"\n'
PIECE = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "var"
        make_folder(folder, SETTINGS)
        token = job_tokens.new_token(folder, "clinic")[0]
        with running(folder) as (url, server):
            send(url, token, 50 << 20)  # what the first file loads is not growth
            figures = measured(url, token, server.pid, int(asked.gigabytes * (1 << 30)))
    if asked.json:
        print(json.dumps(figures))
    else:
        show(
            "A large file streams to disk",
            [(name.replace("_", " "), f"{value:,.0f}") for name, value in figures.items()],
        )


def measured(url: str, token: str, pid: int, size: int) -> dict[str, float]:
    """Megabytes, seconds and the growth of the server's memory, from before to its peak, while a file arrives."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak starts anew
    before, start = memory(pid, "VmRSS"), time.perf_counter()
    answer = send(url, token, size)
    seconds = time.perf_counter() - start
    assert answer.status == 422 and answer.json["findings"][0]["rule"] == "not_a_text_file", answer
    return {
        "file_mb": size / PIECE,
        "seconds": seconds,
        "mb_a_second": size / PIECE / seconds,
        "memory_before_mb": before,
        "memory_growth_mb": memory(pid, "VmHWM") - before,
    }


def send(url: str, token: str, size: int) -> Answer:
    """A file made on the fly, which is refused as soon as it is opened: what is measured is its arrival."""
    return ask(f"{url}/api/submissions/patients", "PUT", pieces(size), token, **{"Content-Length": str(size)})


def pieces(size: int) -> Iterator[bytes]:
    yield b"%PDF-1.7".ljust(PIECE)
    block = os.urandom(PIECE)
    for _ in range(size // PIECE - 1):
        yield block


def memory(pid: int, what: str) -> float:
    """A figure of a process's memory in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(what))) / 1024


if __name__ == "__main__":
    main()
