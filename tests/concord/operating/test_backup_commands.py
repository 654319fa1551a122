"""`concord backup`, `restore` and `check` beside the running app, and without it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from concord.operating import running_app
from data.ledger import job_tokens
from data.ledger.data_folder import SOCKET
from tests.pages.test_server_routes import PARTNERS, SETTINGS, readings
from tests.support.command_line import concord
from tests.support.new_partnerships import new_folder
from tests.support.running_server import ask, running
from workflow import administering, reading

SAID = "covers=2026-01-01:2026-03-31"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return new_folder(tmp_path / "var", SETTINGS)


def restored(backup: str, into: Path, key: Path) -> list[int]:
    """Rows of each submission that counts, in a backup that was restored by the command and found clean by it."""
    into.mkdir()
    (into / key.name).write_bytes(key.read_bytes())
    answer = concord("restore", backup, folder=into)
    assert answer.returncode == 0 and "Next: `concord check`" in answer.stdout, answer.stderr
    clean = concord("check", folder=into)
    assert (clean.returncode, clean.stdout.strip()) == (0, "All is well."), clean.stdout
    store = administering.open_partnership(into, read_only=True)
    found = [s.rows_kept for s in reading.all_submissions(store) if s.state == "accepted"]
    store.close()
    return found


@pytest.mark.heavy
def test_a_backup_through_the_running_app_while_four_partners_send(folder, tmp_path):
    key = folder / "secret.key"
    words = {p: job_tokens.new_token(folder, p)[0] for p in PARTNERS[:4]}
    with running(folder) as (url, _), ThreadPoolExecutor(4) as people:

        def send(partner: str) -> int:
            answer = ask(f"{url}/api/submissions/blood_pressure?{SAID}", "PUT", readings(rows=3_000), words[partner])
            return answer.status

        assert send(PARTNERS[0]) == 200
        under_way = [people.submit(send, p) for p in PARTNERS[1:4]]
        made = json.loads(concord("backup", "--to", tmp_path / "backups", "--json", folder=folder).stdout)
        assert made["ok"] and made["bytes"] > 100_000
        checked = concord("check", folder=folder)
        assert (checked.returncode, checked.stdout.strip()) == (0, "All is well."), "beside the app"
        assert [w.result() for w in under_way] == [200] * 3
        refused = concord("backup", folder=folder)
        assert refused.returncode == 1 and "say where the backup goes" in refused.stderr
        again = concord("submissions", folder=folder)
        assert again.returncode == 1 and "another Concord process uses the data folder" in again.stderr
    rows = restored(made["backup"], tmp_path / "elsewhere", key)
    assert rows and set(rows) == {3_000}
    assert not (folder / SOCKET).exists()


def test_a_backup_when_no_app_runs(folder, tmp_path):
    answer = concord("backup", "--to", "backups", folder=folder)
    assert answer.returncode == 0 and " MB in " in answer.stdout, answer.stderr
    backup = next((tmp_path / "backups").iterdir())
    assert restored(str(backup), tmp_path / "elsewhere", folder / "secret.key") == []
    other = concord("restore", tmp_path, folder=tmp_path / "new", CONCORD_KEY="x" * 32)
    assert other.returncode == 1 and "is no backup" in other.stderr


@pytest.mark.heavy
def test_a_killed_server_leaves_a_socket_that_nobody_answers(folder):
    with running(folder) as (_, server):
        server.kill()
        server.wait(20)
    assert (folder / SOCKET).exists() and running_app.ask(folder, "check") is None
    with running(folder):
        assert running_app.ask(folder, "check") == {"problems": []}
