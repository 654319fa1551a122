"""The command line as a person or a job meets it: exit codes, findings, nothing stored of a bad file."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from concord import command
from metrics.indicators.definition_files import IndicatorFault
from schemas.datasets.dataset_catalog import DATASETS
from tests.support.command_line import SETTINGS, concord
from tests.support.whole_run.every_run import some_of
from workflow import administering

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "data" / "examples"


def stored(folder: Path) -> dict[str, int]:
    """Rows of every table that a submission writes to."""
    store = administering.open_partnership(folder)
    tables = ["submission", "submission_event", "finding", *(f"rows.{name}" for name in DATASETS)]
    counts = {t: store.cursor().execute(f"SELECT count(*) FROM {t}").fetchall()[0][0] for t in tables}
    store.close()
    return counts


@pytest.mark.parametrize("dataset", some_of(DATASETS, 3))
def test_a_bad_file_of_each_dataset_is_listed_in_full_and_nothing_is_stored(folder, dataset):
    file = EXAMPLES / f"{dataset}_mistakes.csv"
    answer = concord("submit", dataset, file, "--partner", "clinic", "--json", folder=folder)
    assert answer.returncode == 3, answer.stderr
    told = json.loads(answer.stdout)
    assert told["outcome"] == "blocked" and told["submission"] is None
    found = [f for f in told["findings"] if f["reach"] != "warning"]
    assert len(found) >= 3 and all(f["message"] and f["rule"] and "value" not in f for f in told["findings"])
    assert all(f["row"] and f["row"] >= 1 for f in found)
    assert not any(stored(folder).values())
    with file.open(newline="") as text:
        ids = {row.get("patient_id") or "" for row in csv.DictReader(text)} - {""}
    for path in (p for p in folder.rglob("*") if p.is_file()):
        assert not any(i.encode() in path.read_bytes() for i in ids if len(i) > 4), path


@pytest.mark.parametrize("dataset", some_of(DATASETS, 3))
def test_a_good_file_of_each_dataset_is_accepted_once(folder, dataset):
    file = EXAMPLES / f"{dataset}_good.csv"
    first = concord("submit", dataset, file, "--partner", "clinic", folder=folder)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Accepted as submission 1" in first.stdout
    before = stored(folder)
    again = concord("submit", dataset, file, "--partner", "clinic", folder=folder)
    assert again.returncode == 0 and "accepted already, as submission 1" in again.stdout
    assert stored(folder) == before


def test_a_partnership_is_made_and_opens(tmp_path):
    made = concord("init", folder=tmp_path / "var")
    assert made.returncode == 0, made.stderr
    assert not any(stored(tmp_path / "var").values())


def test_a_dry_run_stores_nothing(folder):
    file = EXAMPLES / "blood_pressure_good.csv"
    answer = concord("submit", "blood_pressure", file, "--partner", "clinic", "--dry-run", folder=folder)
    assert answer.returncode == 0 and "Nothing was stored" in answer.stdout
    assert not any(stored(folder).values())


@pytest.mark.parametrize(
    "arguments,code,words",
    [
        (("submit", "blood_presure", "FILE", "--partner", "clinic"), 1, "known datasets: patients"),
        (("submit", "blood_pressure", "FILE", "--partner", "klinic"), 1, "known partners: clinic"),
        (("submit", "blood_pressure", "missing.csv", "--partner", "clinic"), 2, "does not exist"),
        (("submit", "blood_pressure", "FILE", "--partner", "clinic", "--covers", "2026"), 2, "FIRST:LAST"),
        (("submit", "blood_pressure", "FILE", "--partner", "clinic", "--date-order", "ymd"), 2, "mdy"),
        (("withdraw", "7"), 1, "there is no submission 7"),
        (("init",), 1, "already holds a partnership"),
        (("serve", "--address", "0.0.0.0"), 1, "not a loopback address"),
        (("serve", "--address", "example"), 1, "not a loopback address"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(folder, arguments, code, words):
    given = [EXAMPLES / "blood_pressure_good.csv" if a == "FILE" else a for a in arguments]
    answer = concord(*given, folder=folder)
    assert answer.returncode == code, answer.stdout + answer.stderr
    assert words in " ".join(answer.stderr.replace("│", " ").split())
    assert "Traceback" not in answer.stderr


@pytest.mark.heavy
def test_as_from_a_shell_it_answers_and_ends_with_the_same_code(folder):
    """The others run within the tests' process; this one is the whole way, with and without a fault."""
    file = EXAMPLES / "blood_pressure_mistakes.csv"
    for arguments in (("submit", "blood_pressure", file, "--partner", "clinic"), ("submissions", "--json")):
        alone, within = (concord(*arguments, folder=folder, alone=alone) for alone in (True, False))
        assert (alone.returncode, alone.stdout, alone.stderr) == (within.returncode, within.stdout, within.stderr)


def test_a_wrong_setting_is_named(folder):
    (folder / "concord.toml").write_text(f"{SETTINGS}[policy]\nsmalest_cell = 5\n")
    answer = concord("refresh", folder=folder)
    assert answer.returncode == 1 and "policy.smalest_cell" in answer.stderr


def test_a_folder_without_a_partnership_says_what_to_run(tmp_path):
    answer = concord("release", folder=tmp_path / "nothing")
    assert answer.returncode == 1 and "concord init" in answer.stderr
    assert not (tmp_path / "nothing").exists()


def test_a_store_that_is_open_elsewhere_is_not_touched(folder):
    hold = f"import duckdb, sys; c = duckdb.connect({str(folder / 'concord.duckdb')!r}); print('open', flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdout.readline() == "open\n"
    answer = concord("refresh", folder=folder)
    holder.communicate("\n", timeout=20)
    assert answer.returncode == 1 and "another Concord process" in answer.stderr


def test_withdrawing_and_checking_from_the_command_line(folder):
    file = EXAMPLES / "blood_pressure_good.csv"
    assert concord("submit", "blood_pressure", file, "--partner", "clinic", folder=folder).returncode == 0
    assert concord("withdraw", 1, folder=folder).returncode == 0
    listed = json.loads(concord("submissions", "--json", folder=folder).stdout)
    assert [(s["submission"], s["state"]) for s in listed] == [(1, "withdrawn")]
    checked = concord("check", "--json", folder=folder)
    assert checked.returncode == 0 and json.loads(checked.stdout)["ok"] is True


@pytest.mark.parametrize(
    ("given", "current"),
    [
        (["demo", "--files", "here"], ["demo", "--practice-files", "here"]),
        (["demo", "--files=--url"], ["demo", "--practice-files=--url"]),
        (["submit", "--watch", "drop", "--url", "https://x"], ["submit", "--watch", "drop", "--server", "https://x"]),
        (["submit", "--covers", "a:b"], ["submit", "--covers", "a:b"]),
    ],
)
def test_an_option_is_accepted_under_its_old_name_which_is_told(capsys, given, current):
    assert command.with_new_names(given) == current
    assert ("is now" in capsys.readouterr().err) == (given != current)


@pytest.mark.heavy
def test_the_fresh_docs_are_checked_under_the_old_name_too():
    """Under the new one `make check` asks for them."""
    answer = subprocess.run(
        [sys.executable, "-m", "concord", "check", "--docs"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (answer.returncode, answer.stdout) == (0, "All is well.\n"), answer.stdout + answer.stderr


def test_a_fault_in_an_indicator_is_a_sentence_not_a_traceback(monkeypatch, capsys):
    def faulty(_arguments, **_how):
        raise IndicatorFault("bp_control/indicator.toml, line 3: kind: must be performance or need")

    monkeypatch.setattr(command, "app", faulty)
    with pytest.raises(SystemExit) as stopped:
        command.main()
    assert stopped.value.code == 1
    assert capsys.readouterr().err == "concord: bp_control/indicator.toml, line 3: kind: must be performance or need\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("submissions",), 1, "Restore secret.key"),
        (("check",), 1, "Restore secret.key"),
        (("release",), 1, "Restore secret.key"),
        (("submit", "patients", "FILE", "--partner", "klinic"), 1, "Restore secret.key"),
        (("submit", "patients", "missing.csv", "--partner", "clinic"), 2, "does not exist"),
    ],
)
def test_an_error_is_json_where_json_is_asked_for(folder, arguments, code, words):
    administering.open_partnership(folder).close()
    (folder / "secret.key").write_text("another key, of another place")
    given = [EXAMPLES / "patients_good.csv" if a == "FILE" else a for a in arguments]
    answer = concord(*given, "--json", folder=folder)
    said = json.loads(answer.stdout)
    assert answer.returncode == code and said["ok"] is False and words in said["error"]
    assert answer.stderr == ""


def test_a_garbled_block_is_a_sentence_for_the_check_and_for_who_reads(folder):
    store = administering.open_partnership(folder)
    store.connection.execute("INSERT INTO finding SELECT range, md5(range::VARCHAR), 1, 'x' FROM range(300_000)")
    store.close()
    size = (folder / "concord.duckdb").stat().st_size
    with (folder / "concord.duckdb").open("r+b") as file:
        for place in range(12_288, size - 262_144, 262_144):  # every block but the last, which holds the catalog
            file.seek(place + 5_000)
            file.write(b"garbled")
    answer = concord("check", "--json", folder=folder)
    told = json.loads(answer.stdout)
    assert answer.returncode == 1 and told["ok"] is False
    assert "Restore the data folder from its backup" in str(told) and "Traceback" not in answer.stderr


def test_a_command_starts_without_what_it_does_not_use():
    """It is read in a second of processor time, for each file that a watch or a job sends: the library of the pages, and
    what pandera takes along."""
    loaded = "import sys, concord.command; print([m for m in ('streamlit', 'plotly', 'pandas') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=120)
    assert said.stdout.strip() == "[]"
