"""The wheel holds all that the app reads, serves the same safe app from any folder, and the container file fits it."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.main import get_command

from concord import command
from tests.house.test_house import our_files
from tests.support.chromium import ASKED_TWICE, launched, settled
from tests.support.running_server import ROOT, running

SHIPPED = ("concord", "data", "metrics", "pages", "schemas", "workflow")
CONTAINER = (ROOT / "Containerfile").read_text()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built from a copy and laid out as an installation is."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for path in our_files():
        (source / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, source / path.relative_to(ROOT))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", str(source), "--no-deps", "--no-build-isolation", "-q", "-w", str(built)],
        check=True, capture_output=True,
    )  # fmt: skip
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(built / "installed")
    return built / "installed"


def test_the_provider_to_try_is_the_one_that_the_tests_sign_in_with():
    pinned = re.search(r"oidc-provider-mock==([\d.]+)", (ROOT / "pyproject.toml").read_text())
    assert pinned and pinned[0] in (ROOT / "deploy" / "provider.Containerfile").read_text()


def test_the_wheel_holds_every_file_of_the_app(installed):
    tracked = {str(path.relative_to(ROOT)) for path in our_files()}
    expected = {name for name in tracked if name.split("/")[0] in SHIPPED or name == "app.py"}
    held = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()}
    assert expected - held == set()
    assert {name for name in held if ".dist-info/" not in name} <= expected
    assert {"concord/streamlit_settings.toml", "pages/components/frontend/icon.png"} <= held


@pytest.mark.browser
def test_the_installed_app_asks_no_other_host_and_shows_no_deploy_button(installed, demo, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    env = {**os.environ, "PYTHONPATH": str(installed)}
    with running(demo.folder, cwd=tmp_path / "elsewhere", env=env) as (url, _), launched() as browser:
        page, asked = browser.new_page(), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        page.locator("h1").first.wait_for()
        settled(page)
        ours = (url, url.replace("http", "ws", 1), "data:", "blob:")
        assert asked and [a for a in asked if not a.startswith(ours) and not ASKED_TWICE.search(a)] == []
        assert page.get_by_text("Deploy", exact=True).count() == 0
        assert page.get_by_test_id("stAppDeployButton").count() == 0
        page.close()


def test_what_the_container_copies_is_there_and_what_it_runs_exists():
    copied = [name for line in re.findall(r"^COPY (.*) \S+$", CONTAINER, re.MULTILINE) for name in line.split()]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert set(SHIPPED) <= set(copied) and "app.py" in copied
    entry, default = (re.search(rf'^{word} \["(\w+)"\]$', CONTAINER, re.MULTILINE) for word in ("ENTRYPOINT", "CMD"))
    assert entry and entry[1] == "concord" and default and default[1] in get_command(command.app).commands  # type: ignore[attr-defined]
    assert '\nconcord = "concord.command:main"\n' in (ROOT / "pyproject.toml").read_text()


def test_the_container_installs_by_hash_and_runs_as_nobody_special():
    assert "--require-hashes -r requirements.lock" in CONTAINER
    assert CONTAINER.index("useradd") < CONTAINER.index("USER concord") < CONTAINER.index("ENTRYPOINT")
    assert re.search(r"^setuptools==", (ROOT / "requirements.lock").read_text(), re.MULTILINE), (
        "to build without isolation"
    )
