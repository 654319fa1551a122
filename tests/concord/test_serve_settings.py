"""`concord serve` sets every setting itself, wherever it is started."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from streamlit import config
from streamlit.web import bootstrap

from concord import serve_command


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
    assert set(tomllib.loads(serve_command.SETTINGS.read_text())) == {"server", "browser", "client", "runner", "theme"}


def test_the_app_does_not_start_without_them(elsewhere):
    answer = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", str(serve_command.APP), "--server.headless", "true"],
        capture_output=True, check=False, text=True, timeout=120, cwd=elsewhere,
    )  # fmt: skip
    assert answer.returncode == 1 and "Concord is started with `concord serve`" in answer.stderr
