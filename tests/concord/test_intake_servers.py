"""Several servers take files into one store on Postgres at the same time: no window counts twice, nothing is lost."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
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

PARTNERS = ("alder", "birch", "cedar", "dogwood")
FIRST = dt.date(2025, 1, 1)
SERVERS, AT_ONCE = 2, 4


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


@pytest.mark.parametrize("many", [5, pytest.param(400, marks=pytest.mark.heavy)])
def test_two_servers_take_files_at_once_and_no_window_counts_twice_and_nothing_is_lost(folder: Path, many: int):
    words = {p: job_tokens.new_token(folder, p)[0] for p in PARTNERS}
    with ExitStack() as open_now:
        urls = [
            open_now.enter_context(running(folder, said=["--data", str(folder), "--intake"]))[0] for _ in range(SERVERS)
        ]

        def send(said: tuple[str, bytes, dt.date, dt.date, int]) -> tuple[str, bytes, Answer]:
            partner, data, first, last, server = said
            place = f"{urls[server]}/api/submissions/blood_pressure?covers={first}:{last}&accept_valid=yes&confirm=half_missing"
            return partner, data, ask(place, "PUT", data, words[partner])

        with ThreadPoolExecutor(SERVERS * AT_ONCE) as senders:
            answered = list(senders.map(send, sendings(many)))
    assert {a.status for _, _, a in answered} == {200}, [a.body for _, _, a in answered if a.status != 200][:3]
    acknowledged = {(partner, data): {a.json["submission"] for p, d, a in answered if (p, d) == (partner, data)}
                    for partner, data, _ in answered}  # fmt: skip
    assert all(len(numbers) == 1 for numbers in acknowledged.values()), "the same file twice is one submission"
    store = administering.open_partnership(folder)
    try:
        assert ledger_faults(store, {n for numbers in acknowledged.values() for n in numbers}) == []
    finally:
        store.close()


def ledger_faults(store: Store, acknowledged: set[int]) -> list[str]:
    """What is wrong with a ledger that several have written."""
    cur, found = store.cursor(), []
    events = [e for (e,) in cur.execute("SELECT event FROM submission_event ORDER BY event").fetchall()]
    if events != [*range(1, len(events) + 1)]:
        found.append(f"the steps are not numbered one after the other: {events}")
    states = dict(cur.execute("SELECT submission, max_by(state, event) FROM submission_event GROUP BY ALL").fetchall())
    if states != dict.fromkeys(acknowledged, "accepted"):
        found.append(f"accepted are {sorted(states.items())}, acknowledged {sorted(acknowledged)}")
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
