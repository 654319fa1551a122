"""Inviting by the command, and what `concord serve` refuses."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from concord import serve_command
from concord.command import app
from data.ledger.data_folder import NotReady
from data.ledger.people.secrets_file import COOKIE_KEY, SECRETS, for_streamlit
from schemas.policy.partnership import Partnership
from tests.support.doors import SETTINGS
from tests.support.new_partnerships import new_folder
from tests.support.running_server import free_port

DEMO = 'name = "Demo"\ndemo = true\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return new_folder(tmp_path / "var", SETTINGS)


def said(folder: Path, *arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, [*arguments, "--data", str(folder)])
    return found.exit_code, found.output


def test_the_first_of_the_backbone_staff_is_invited_by_the_command(folder):
    code, words = said(folder, "people", "invite", "Ana@backbone.example", "--role", "backbone")
    assert code == 0 and "https://concord.example.org" in words
    assert said(folder, "people", "invite", "leo@alder.example", "--role", "partner", "--partner", "alder")[0] == 0
    rows = json.loads(said(folder, "people", "list", "--json")[1])
    assert [(r["email"], r["role"], r["partners"], r["state"]) for r in rows] == [
        ("ana@backbone.example", "backbone", [], "invited"), ("leo@alder.example", "partner", ["alder"], "invited"),
    ]  # fmt: skip
    assert said(folder, "people", "end", "leo@alder.example", "--reason", "moved")[0] == 0
    assert "ended" in said(folder, "people", "list")[1]
    assert said(folder, "people", "end", "leo@alder.example", "--reason", "moved")[0] == 1


@pytest.mark.parametrize("role", ["boss", "server", ""])
def test_a_role_that_no_person_has_is_refused(folder, role):
    assert said(folder, "people", "invite", "a@x.org", "--role", role)[0] == 1


def served(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, list[tuple]]:
    started: list[tuple] = []
    monkeypatch.setattr(serve_command, "_run_app", lambda *a: started.append(a))
    monkeypatch.setattr(serve_command.os, "chdir", lambda _: None)
    monkeypatch.setenv("CONCORD_DATA", "")
    return *said(folder, "serve", "--port", str(free_port()), *arguments), started


def test_without_a_provider_nothing_real_is_served(tmp_path, monkeypatch):
    folder = new_folder(tmp_path / "real", 'name = "Real"\n')
    code, words, started = served(folder, monkeypatch)
    assert (code, started) == (1, []) and "let_people_sign_in" in words and "127.0.0.1" not in words
    code, _, started = served(new_folder(tmp_path / "demo", DEMO), monkeypatch)
    assert code == 0 and started


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.7", "::", "concord.example.org"])
def test_a_demo_is_for_this_machine_alone(tmp_path, monkeypatch, address):
    code, words, started = served(new_folder(tmp_path / "demo", DEMO), monkeypatch, "--address", address)
    assert (code, started) == (1, []) and "not a loopback address" in words


def test_a_provider_needs_its_secret_before_anything_is_served(folder, monkeypatch):
    code, _, started = served(folder, monkeypatch)
    assert (code, started) == (1, [])
    (folder / SECRETS).write_text('county = "one"\n')
    monkeypatch.setenv("CONCORD_SECRET_STATE", "two")
    code, words, started = served(folder, monkeypatch)
    assert code == 0 and started[0][2] == ("concord.example.org",) and "https://concord.example.org" in words
    assert "one" not in words.split() and "two" not in words.split()


def test_secrets_come_from_the_folder_and_the_key_of_cookies_stays(folder, monkeypatch):
    settings = Partnership.read(folder / "concord.toml").sign_in
    with pytest.raises(NotReady, match="no client secret for County account"):
        for_streamlit(folder, settings)
    (folder / SECRETS).write_text('county = "one"\nstate = "two"\n')
    auth = for_streamlit(folder, settings)["auth"]
    assert auth["county"]["client_secret"] == "one" and auth["redirect_uri"].endswith("example.org/oauth2callback")
    assert (
        len(auth["cookie_secret"]) == 64
        and auth["cookie_secret"] == for_streamlit(folder, settings)["auth"]["cookie_secret"]
    )
    assert (folder / COOKIE_KEY).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('address = "http://concord.example.org"', "https://name"),
        ('address = "https://concord.example.org/path"', "without a path"),
        ('address = "https://a@concord.example.org"', "without a path"),
        ("[[sign_in.providers]]\nid = \"a_b\"\nname = \"x\"\nmetadata = \"https://x\"\nclient_id = \"x\"", "pattern"),
        ("[[sign_in.providers]]\nid = \"a\"\nname = \"x\"\nmetadata = \"http://x.org/\"\nclient_id = \"x\"", "https://"),
        ("[[sign_in.providers]]\nid = \"a\"\nname = \"x\"\nmetadata = \"https://x.org/\"\nclient_id = \"x\"", "needs the address"),
    ],
)  # fmt: skip
def test_settings_of_sign_in_that_cannot_be_are_refused(tmp_path, said, why):
    path = tmp_path / "concord.toml"
    path.write_text(f"[sign_in]\n{said}\n")
    with pytest.raises(ValueError, match=why):
        Partnership.read(path)
