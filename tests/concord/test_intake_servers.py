"""Several servers take files into one store on Postgres at the same time: no window counts twice, nothing is lost."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from data.ledger import job_tokens
from data.ledger.data_folder import make_folder
from data.ledger.opening.store_faults import StoreInUse
from data.ledger.store import Store
from data.ledger.submissions import Piece, current_pieces
from metrics.counting import counts
from metrics.indicators import indicators
from tests.support.lake import lake_stores
from tests.support.lake.postgres import Cluster
from tests.support.partnerships import as_csv
from tests.support.running_server import Answer, ask, running
from workflow import administering
from workflow.recovery import checking_store

pytestmark = pytest.mark.heavy
PARTNERS = ("alder", "birch", "cedar", "dogwood")
FIRST = dt.date(2025, 1, 1)
SERVERS, AT_ONCE, FILES, KILLS = 2, 4, 400, 4


@pytest.fixture
def folder(cluster: Cluster, tmp_path: Path) -> Path:
    blocks = "".join(f'[[partners]]\nid = "{p}"\nname = "{p.title()}"\n' for p in PARTNERS)
    make_folder(tmp_path / "var", f'name = "Shared"\ndemo = true\ntoday = 2026-01-31\n{blocks}')
    with pytest.MonkeyPatch.context() as patch:
        lake_stores.open_on_postgres(cluster, patch)
        administering.open_partnership(tmp_path / "var").close()
    return tmp_path / "var"


def readings(rng: random.Random) -> tuple[bytes, dt.date, dt.date]:
    """A few readings, and the days that they cover: windows of many lengths, that lie over each other."""
    first = FIRST + dt.timedelta(days=7 * rng.randrange(40))
    last = first + dt.timedelta(days=7 * rng.randrange(1, 12) - 1)
    days = (last - first).days + 1
    rows = [
        {"patient_id": f"P{n:02}", "measured_on": first + dt.timedelta(days=rng.randrange(days)),
         "systolic": rng.randrange(110, 180), "diastolic": 80} for n in range(8)
    ]  # fmt: skip
    return as_csv("blood_pressure", rows), first, last


def sendings(many: int) -> Iterator[tuple[str, bytes, dt.date, dt.date, int]]:
    """Files of all partners in turn. Every fifth goes to all servers at once: of the same bytes one may count."""
    rng = random.Random(f"sendings {many}")
    for number, partner in zip(range(many), itertools.cycle(PARTNERS)):
        file = readings(rng)
        for server in range(SERVERS) if number % 5 == 4 else [number // len(PARTNERS) % SERVERS]:
            yield partner, *file, server


def test_two_servers_take_files_at_once_and_no_window_counts_twice_and_nothing_is_lost(folder: Path):
    words = {p: job_tokens.new_token(folder, p)[0] for p in PARTNERS}
    with ExitStack() as open_now:
        urls = [
            open_now.enter_context(running(folder, said=["--data", str(folder), "--intake"]))[0] for _ in range(SERVERS)
        ]

        def send(said: tuple[str, bytes, dt.date, dt.date, int]) -> tuple[str, bytes, Answer]:
            partner, data, *_, server = said
            return partner, data, put(urls[server], words, said[:4])

        with ThreadPoolExecutor(SERVERS * AT_ONCE) as senders:
            answered = list(senders.map(send, sendings(FILES)))
    assert {a.status for _, _, a in answered} == {200}, [a.body for _, _, a in answered if a.status != 200][:3]
    acknowledged = {(partner, data): {a.json["submission"] for p, d, a in answered if (p, d) == (partner, data)}
                    for partner, data, _ in answered}  # fmt: skip
    assert all(len(numbers) == 1 for numbers in acknowledged.values()), "the same file twice is one submission"
    store = administering.open_partnership(folder)
    try:
        assert ledger_faults(store, {n for numbers in acknowledged.values() for n in numbers}) == []
    finally:
        store.close()


def test_one_server_is_killed_while_it_accepts_and_the_other_goes_on(folder: Path):
    """In turn a server without pages, and the app, which has administration; what was cut off is sent to the other."""
    rng, words = random.Random("killed"), {p: job_tokens.new_token(folder, p)[0] for p in PARTNERS}
    acknowledged, cut_off = set[int](), 0
    with running(folder, said=["--data", str(folder), "--intake"]) as (stays, _):
        for number in range(KILLS):
            files = [(partner, *readings(rng)) for partner in PARTNERS for _ in range(3)]
            beside = ["--intake"] if number % 2 else []
            with (
                ThreadPoolExecutor(12) as senders,
                running(folder, said=["--data", str(folder), *beside]) as (url, victim),
            ):
                toward = [senders.submit(sent, (url, stays)[n % 2], words, file) for n, file in enumerate(files)]
                wait(toward, timeout=rng.uniform(0.5, 6))
                victim.kill()
                answers = [one.result() for one in toward]
            lost = [file for file, answer in zip(files, answers, strict=True) if answer is None]
            cut_off += len(lost)
            answers += [sent(stays, words, file) for file in lost]
            told = [answer for answer in answers if answer is not None]
            assert len(told) == len(files) and {a.status for a in told} == {200}, "the other answers all the while"
            acknowledged |= {a.json["submission"] for a in told}
    assert cut_off, "none was killed while it had a file"
    assert len(acknowledged) == KILLS * len(files)
    store = administering.open_partnership(folder)
    try:
        assert ledger_faults(store, acknowledged, killed=True) == []
    finally:
        store.close()
    assert checking_store.problems(folder) == []


def sent(url: str, words: dict[str, str], file: tuple[str, bytes, dt.date, dt.date]) -> Answer | None:
    """What a server says to a file; None where it was killed meanwhile."""
    try:
        return put(url, words, file)
    except (OSError, HTTPException):
        return None


def put(url: str, words: dict[str, str], file: tuple[str, bytes, dt.date, dt.date]) -> Answer:
    """What a server says to a file. A job that has waited too long, on a busy machine, sends it again."""
    partner, data, first, last = file
    place = f"{url}/api/submissions/blood_pressure?covers={first}:{last}&accept_valid=yes&confirm=half_missing"
    while True:
        with suppress(TimeoutError):
            return ask(place, "PUT", data, words[partner])


def ledger_faults(store: Store, acknowledged: set[int], *, killed: bool = False) -> list[str]:
    """What is wrong with a ledger that several have written. `killed`: what one had checked when it was killed was left,
    or forgotten with its steps."""
    cur, found = store.cursor(), []
    events = [e for (e,) in cur.execute("SELECT event FROM submission_event ORDER BY event").fetchall()]
    if events != (sorted(set(events)) if killed else [*range(1, len(events) + 1)]):
        found.append(f"the steps are not numbered one after the other: {events}")
    states = dict(cur.execute("SELECT submission, max_by(state, event) FROM submission_event GROUP BY ALL").fetchall())
    others = {number: state for number, state in states.items() if number not in acknowledged}
    if others and not (killed and set(others.values()) == {"left"}):
        found.append(f"nobody was told of {sorted(others.items())}")
    if lost := {number for number in acknowledged if states.get(number) != "accepted"}:
        found.append(f"acknowledged and not accepted are {sorted(lost)}")
    for partner in PARTNERS:
        windows = cur.execute(
            """SELECT submission, event, covers_from, covers_to FROM submission JOIN submission_event USING (submission)
               WHERE partner_id = ? AND state = 'accepted' ORDER BY event""", [partner]
        ).fetchall()  # fmt: skip
        counting = cur.execute(
            "SELECT submission, rank, from_day, to_day FROM coverage WHERE partner_id = ? ORDER BY from_day", [partner]
        ).fetchall()
        if counting != [tuple(p) for p in current_pieces([Piece(*w) for w in windows])]:
            found.append(f"what counts of {partner} is not what its acceptances say: {counting}")
    lacking = cur.execute(
        """SELECT s.submission FROM submission s LEFT JOIN rows.blood_pressure r USING (submission)
           WHERE s.submission NOT IN (SELECT submission FROM submission_event WHERE state = 'left')
           GROUP BY s.submission, rows_kept HAVING count(r.submission) <> rows_kept"""
    ).fetchall()
    if lacking:
        found.append(f"rows are missing or there twice: {lacking}")
    if moved := counts.moved_by_refresh(cur, indicators().values(), store.partnership.choices):
        found.append(f"{moved} counts are not those of a rebuild")
    return found


def test_administration_is_one_server_s_and_is_free_again_when_it_has_gone(folder: Path):
    owner = administering.open_partnership(folder)
    with pytest.raises(StoreInUse, match="another Concord has the administration"):
        administering.open_partnership(folder)
    beside = administering.open_partnership(folder, intake=True)
    beside.close()
    owner.close()
    administering.open_partnership(folder).close()
