"""A process that uses a store and kills itself at a random write: what it acknowledges, it has written to a pipe before.

Started from a server that has imported everything, so that a start costs a fork.
"""

import datetime as dt
import itertools
import os
import random
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from data.ledger.data_folder import make_folder
from data.ledger.store import Store
from data.ledger.submissions import NotPossible, Window
from data.releases import release_folders, release_ledger
from metrics.disclosure import earlier_releases, suppression
from tests.support.partnerships import as_csv
from workflow import accepting, administering, reading, releasing, submitting
from workflow.recovery import checking_store

Say = Callable[[tuple], None]
PARTNERS = ("alder", "birch")
SETTINGS = """
name = "Killed"
today = 2026-01-31
[[partners]]
id = "alder"
name = "Alder"
[[partners]]
id = "birch"
name = "Birch"
[policy]
smallest_cell = 1
keep_releases = 2
"""
MOST_STEPS = 4
RELEASE_WRITES = 120
"""A few more than a release makes."""
STEP_WRITES = 4
"""About as many as the start, an acceptance or a withdrawal makes."""
YEARS = Window(dt.date(2024, 1, 1), dt.date(2025, 12, 31))


def prepare(folder: Path) -> None:
    """A partnership whose partners have sent who their patients are, and one of them its screens, which
    are released.

    Nothing is hidden: what takes long is not what is tried here. What was shown is remembered all the same.
    """
    make_folder(folder, SETTINGS)
    store = administering.open_partnership(folder)
    people = [{"patient_id": f"P{n}", "sex": ("female", "male")[n % 2], "birth_year": 1960 + n} for n in range(30)]
    for partner in PARTNERS:
        checked = submitting.check(store, as_csv("patients", people), "patients", partner)
        assert checked.submission
        accepting.accept(store, checked.submission)
    _accept(store, random.Random(0))
    releasing.publish(store)
    store.close()


def use(folder: Path, seed: int, said: Connection) -> None:
    """Open the store, tell what it holds and what is wrong with it, then work until the random write is reached.

    The writes are counted from the start, or from one of the first steps.
    """
    rng = random.Random(seed)
    steps_before, writes = rng.randrange(-1, MOST_STEPS), rng.randrange(rng.choice((STEP_WRITES, RELEASE_WRITES)))
    killer = threading.Thread(target=_killed_after, args=(writes,), daemon=True)
    if steps_before < 0:
        killer.start()
    store = administering.open_partnership(folder)
    said.send(("found", held(store), checking_store.problems_of(store)))
    steps: list[Callable[[Store, random.Random, Say], None]] = [_accept, _accept, _withdraw, _release, _release]
    for step in itertools.count():
        if step == steps_before:
            killer.start()
        rng.choice(steps)(store, rng, said.send)


def _killed_after(writes: int) -> None:
    with open("/proc/self/io", "rb", buffering=0) as counters:

        def made() -> int:
            counters.seek(0)
            return int(counters.read().split(b"syscw: ")[1].split()[0])

        before = made()
        while made() - before < writes:
            pass
    os.kill(os.getpid(), signal.SIGKILL)


def held(store: Store) -> dict[str, Any]:
    """Submissions and their states, releases, where the pointer leads, how many cells of each are remembered, and
    how many closed ones the newest holds."""
    cur = store.cursor()
    made = release_ledger.made(cur)
    closed = "SELECT count(*) FROM released WHERE release = ? AND closed"
    newest = cur.execute(closed, [max(made, default=0)]).fetchall()[0][0]
    known = earlier_releases.read_earlier(cur, max(made, default=0) + 1, suppression.policy(1))
    runs = known.select("first_release", "last_release").rows()
    return {
        "states": {s.submission: s.state for s in reading.all_submissions(store)},
        "made": made,
        "pointer": release_folders.current_release(store.folder),
        "remembered": {n: sum(first <= n <= last for first, last in runs) for n in made},
        "figures": newest,
        "folders": release_folders.numbers(store.folder),
    }


def _accept(store: Store, rng: random.Random, say: Say = lambda _: None) -> None:
    partner = rng.choice(PARTNERS)
    rows = [
        {"patient_id": f"P{n}", "screened_on": f"2025-{rng.randrange(1, 13):02}-{rng.randrange(1, 28):02}",
         "instrument": "result_only", "result": rng.choice(["at_risk", "not_at_risk"])}
        for n in range(rng.randrange(10, 30))
    ]  # fmt: skip
    checked = submitting.check(store, as_csv("food_security", rows), "food_security", partner, covers=YEARS)
    assert checked.submission is not None
    say(("does", "accept", checked.submission))
    accepting.accept(store, checked.submission)
    say(("did", "accepted", checked.submission))


def _withdraw(store: Store, rng: random.Random, say: Say) -> None:
    accepted = [
        s.submission for s in reading.all_submissions(store) if s.state == "accepted" and s.dataset == "food_security"
    ]
    if accepted:
        number = rng.choice(accepted)
        say(("does", "withdraw", number))
        accepting.withdraw(store, number)
        say(("did", "withdrawn", number))


def _release(store: Store, _: random.Random, say: Say) -> None:
    try:
        say(("did", "released", releasing.publish(store)))
    except NotPossible:
        say(("did", "refused", 0))
