"""`concord serve` sets every setting itself, wherever it is started."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from streamlit import config
from streamlit.web import bootstrap

from concord import serve_command
from tests.support.command_line import concord
from tests.support.new_partnerships import new_folder
from tests.support.running_server import free_port


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory whose own settings say the opposite of ours."""
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text(
        '[browser]\ngatherUsageStats = true\n[client]\ntoolbarMode = "developer"\n[theme.light]\ntextColor = "#FF0000"\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "_config_options", None)
    return tmp_path


def test_our_settings_outrank_those_of_the_working_directory(elsewhere):
    bootstrap.load_config_options(serve_command.server_options())
    assert config.get_option("browser.gatherUsageStats") is False
    assert config.get_option("client.toolbarMode") == "minimal"
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("theme.light.textColor") == "#16212C"
    assert config.get_option("theme.dark.sidebar.backgroundColor") == "#1B242E"


def test_every_setting_is_one_that_streamlit_knows_and_takes_as_it_is(elsewhere):
    bootstrap.load_config_options(serve_command.server_options())
    assert {name: config.get_option(name) for name in serve_command.server_options()} == serve_command.server_options()


def test_the_settings_lie_in_one_place():
    root = serve_command.APP.parent
    assert not list(root.glob(".streamlit/*")) and not (serve_command.SETTINGS.parent / ".streamlit").exists()
    assert set(tomllib.loads(serve_command.SETTINGS.read_text())) == {
        "server",
        "global",
        "secrets",
        "browser",
        "client",
        "runner",
        "theme",
    }


def test_the_app_does_not_start_without_them(elsewhere):
    answer = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", str(serve_command.APP), "--server.headless", "true",
         "--server.port", str(free_port())],
        capture_output=True, check=False, text=True, timeout=120, cwd=elsewhere,
    )  # fmt: skip
    assert answer.returncode == 1 and "Concord is started with `concord serve`" in answer.stderr


@pytest.fixture
def not_run(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The names under which the app would have been reached, once for each time that it would have been run."""
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(serve_command, "_run_app", lambda address, port, hosts: ran.append(hosts))
    return ran


def served(folder: Path) -> subprocess.CompletedProcess[str]:
    """`concord serve` on a port of its own: another test may listen on the one that is usual."""
    return concord("serve", "--port", free_port(), folder=folder)


def test_an_empty_folder_is_begun_and_only_an_empty_one(tmp_path, not_run):
    """A trap: the home folder of an account, which would be closed to all others and given a key."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter.txt").write_text("mine")
    answer = served(home)
    assert answer.returncode == 1 and "holds no partnership yet" in answer.stderr
    assert [p.name for p in home.iterdir()] == ["letter.txt"] and not_run == []
    new = tmp_path / "new"
    answer = served(new)
    assert answer.returncode == 0 and "a new one is begun" in answer.stderr, answer.stderr
    assert not_run == [()] and (new / "secret.key").stat().st_mode & 0o77 == 0
    assert "a new one is begun" not in served(new).stderr


def test_a_broken_settings_file_stops_the_start_before_an_address_is_said(tmp_path, not_run):
    folder = new_folder(tmp_path / "var", 'name = "Test"\ndemo = true\nhosts = ["concord.example.org"]\n')
    assert served(folder).returncode == 0 and not_run == [("concord.example.org",)]
    (folder / "concord.toml").write_text("name = 3\n")
    answer = served(folder)
    assert answer.returncode == 1 and "name" in answer.stderr and "Concord is at" not in answer.stdout
    (folder / "concord.toml").unlink()
    assert served(folder).returncode == 0, "the store holds the settings"
    assert not_run[1:] == [("concord.example.org",)]
