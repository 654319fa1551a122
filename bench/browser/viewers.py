"""Many people at once: signed in by a real provider, looking around as people do, while partners' jobs send files.

    python bench/browser/viewers.py [--data FOLDER] [--viewers 100] [--think 10] [--uploads 4] [--seconds 120] [--churn 0]

Without a folder (one that `concord demo` made will do; it is copied) a demo is made first. Each viewer is a person of
their own who was invited (every second a data person, the others leaders), signs in through OpenID Connect, opens a
page, thinks (from half to one and a half times `--think` seconds), and opens the next, over the websocket that a browser
uses. Whatever comes is searched: each page must hold the viewer's own name, and nobody else's. `--churn`: how often,
of 100 steps, a viewer closes the page and opens it anew. Everything stays on this machine and ends by itself.
"""

import argparse
import asyncio
import itertools
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import ROOT, apart, show

sys.path.insert(0, str(ROOT))  # before the pages.py beside machine

from meeting_page import made, work
from page_line import PATIENCE, PageLine

from data.ledger import job_tokens
from schemas.policy.viewer import SERVER
from tests.support.identity_provider import provider, settings
from tests.support.running_server import ask, free_port, running
from workflow import administering
from workflow.access import inviting
from workflow.access.door import door_of
from workflow.access.inviting import Invitation

NAME = re.compile(rb"Viewer [0-9]{3} of Concord")
PAGES = {
    "leader": ("", "measure", "partner-comparison", "equity-gaps", "reporting-calendar", "how-it-is-measured"),
    "partner": ("", "measure", "equity-gaps", "send-data", "data-quality", "reporting-calendar"),
}


def called(n: int) -> str:
    return f"Viewer {n:03} of Concord"


@dataclass
class Seen:
    """What all viewers met. `times`: seconds from asking for a page to its last message."""

    times: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    received: int = 0
    uploads: int = 0

    def fault(self, what: str) -> None:
        self.faults[what] += 1


class Viewer:
    """One person in one browser."""

    def __init__(self, n: int, url: str, role: str, seen: Seen) -> None:
        self._n, self._url, self._role, self._seen = n, url, role, seen
        self._address = {"X-Forwarded-For": f"10.0.{n // 250}.{n % 250 + 1}"}  # an office of their own
        self._client = httpx.AsyncClient(headers=self._address, timeout=PATIENCE)
        self._line = PageLine(url)

    async def look(self, until: float, think: float, churn: float) -> None:
        """Sign in, and look around until then."""
        dice = random.Random(self._n)
        await self._sign_in()
        await self._open()
        for path in itertools.cycle(PAGES[self._role]):
            await asyncio.sleep(think * dice.uniform(0.5, 1.5))
            if time.monotonic() > until:
                break
            if dice.random() < churn:
                await self._close()
                await self._open()
            start = time.monotonic()
            if await self._page(path):
                self._seen.times.append(time.monotonic() - start)
        await self._close()
        await self._client.aclose()

    async def _sign_in(self) -> None:
        await self._open(greeted=False)
        button = ""
        async for message in self._line.page(""):
            element = message.delta.new_element
            if element.HasField("button") and element.button.label.startswith("Sign in with"):
                button = element.button.id
        way = ""
        async for message in self._line.page("", pressed=button):
            way = message.auth_redirect.url or way
            if way:
                break
        await self._close()
        there = await self._client.get(urljoin(self._url, way), follow_redirects=True)
        back = await self._client.post(there.url, data={"sub": str(self._n)}, follow_redirects=True)
        if back.status_code != 200:
            self._seen.fault(f"a sign-in ended with {back.status_code} at {back.url.path}")
        await self._client.get(f"{self._url}/_stcore/health")  # the browser's own proof, which the cookie needs

    async def _open(self, *, greeted: bool = True) -> None:
        cookies = "; ".join(f"{c.name}={c.value}" for c in self._client.cookies.jar if c.domain in self._url)
        token, said = self._client.cookies.get("_streamlit_xsrf"), {"Cookie": cookies} if cookies else {}
        await self._line.open(token, self._address | said)
        if greeted:
            await self._page("")

    async def _close(self) -> None:
        await self._line.close()
        self._seen.received += self._line.received
        self._line.received = 0

    async def _page(self, path: str) -> bool:
        """Ask for a page; whether all of it came, and nothing of anybody else."""
        mine, named = called(self._n).encode(), False
        try:
            async for message in self._line.page(path):
                for name in NAME.findall(message.SerializeToString()):
                    named = named or name == mine
                    if name != mine:
                        self._seen.fault("somebody else's name")
                if message.delta.new_element.HasField("exception"):
                    self._seen.fault("an exception on a page")
        except (TimeoutError, OSError) as error:
            self._seen.fault(type(error).__name__)
            return False
        if not named:
            self._seen.fault("a page without one's own name")
        return named


def send_files(url: str, folder: Path, partner: str, until: float, seen: Seen) -> None:
    """One partner's job: readings of one quarter, sent again and again with another value."""
    token, dice = job_tokens.new_token(folder, partner, 1)[0], random.Random(partner)
    while time.monotonic() < until:
        rows = [
            f"load{n},2026-02-{n % 28 + 1:02},{dice.randint(100, 170)},{dice.randint(60, 100)}" for n in range(2_000)
        ]
        text = "\n".join(["patient_id,measured_on,systolic,diastolic", *rows])
        answer = ask(
            f"{url}/api/submissions/blood_pressure?covers=2026-02-01:2026-02-28&confirm=patients_not_yours",
            "PUT",
            text.encode(),
            token,
        )
        seen.uploads += 1
        if answer.status != 200:
            seen.fault(f"an upload was answered with {answer.status}")
        time.sleep(2)


def memory(pid: int) -> float:
    """Resident MB of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


def prepared(folder: Path, viewers: int, address: str, there: str) -> list[str]:
    """Let people sign in to a demo, and invite them; returns the clinics."""
    with (folder / "concord.toml").open("a") as text:
        text.write(settings(address, there))
    (folder / "sign_in_secrets.toml").write_text('county = "made up"\n')
    store = administering.open_partnership(folder)
    partners = [p.id for p in store.partnership.partners if p.kind == "clinic" and not p.left]
    for n in range(viewers):
        what = Invitation("partner", (partners[n % len(partners)],)) if n % 2 else Invitation("leader")
        inviting.invite(door_of(store), SERVER, f"v{n}@concord.example", what, "bench")
    store.close()
    return partners


async def crowd(url: str, asked: argparse.Namespace, seen: Seen, pid: int) -> list[float]:
    """Everybody at once; the server's memory every ten seconds."""
    until, sizes = time.monotonic() + asked.seconds, [memory(pid)]

    async def one(n: int) -> None:
        await asyncio.sleep(asked.seconds / 4 * n / asked.viewers)  # people come one after the other
        try:
            await Viewer(n, url, "partner" if n % 2 else "leader", seen).look(until, asked.think, asked.churn / 100)
        except Exception as error:  # what a viewer meets is counted, and the others look on
            seen.fault(f"{type(error).__name__}: {error}"[:120])

    async def watch() -> None:
        while time.monotonic() < until:
            await asyncio.sleep(10)
            sizes.append(memory(pid))

    await asyncio.gather(watch(), *(one(n) for n in range(asked.viewers)))
    return sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--think", type=float, default=10)
    parser.add_argument("--uploads", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--churn", type=float, default=0)
    asked = parser.parse_args()
    seen, port = Seen(), free_port()
    people = {str(n): {"email": f"v{n}@concord.example", "email_verified": True, "name": called(n), "amr": ["otp"]}
              for n in range(asked.viewers)}  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name, provider(people) as there:
        folder = Path(name) / "shown"
        if asked.data is None:
            apart(made, Path(name), asked.people)
        else:
            shutil.copytree(asked.data, folder, ignore=shutil.ignore_patterns("*.sock"))
        partners = prepared(folder, asked.viewers, f"http://127.0.0.1:{port}", there)
        with running(folder, Path(name) / "log", port=port) as (url, process):
            until = time.monotonic() + asked.seconds
            jobs = [threading.Thread(target=send_files, args=(url, folder, one, until, seen))
                    for one in itertools.islice(itertools.cycle(partners), asked.uploads)]  # fmt: skip
            for job in jobs:
                job.start()
            start, began = work(process.pid), time.monotonic()
            sizes = asyncio.run(crowd(url, asked, seen, process.pid))
            spent, took = work(process.pid) - start, time.monotonic() - began
            for job in jobs:
                job.join()
    times = seen.times
    if len(times) < 20:
        sys.exit(f"Too few pages to tell: {len(times)}. {dict(seen.faults)}")
    slow = statistics.quantiles(times, n=20)[18]
    show(f"{asked.viewers} viewers, {asked.uploads} uploads ({os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy)", [
        ("pages looked at", f"{len(times):,} in {took:.0f} s; {seen.uploads} files sent"),
        ("a page, median and 95th percentile", f"{1000 * statistics.median(times):.0f} and {1000 * slow:.0f} ms"),
        ("the server's processor time", f"{100 * spent / took:.0f} % of one, {1000 * spent / len(times):.0f} ms a page"),
        ("over the websocket", f"{seen.received / len(times) / 1000:.0f} kB a page"),
        ("memory at first, at most, at last", ", ".join(f"{mb:.0f} MB" for mb in (sizes[0], max(sizes), sizes[-1]))),
        ("faults", "; ".join(f"{many} times {what}" for what, many in seen.faults.most_common()) or "none"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
