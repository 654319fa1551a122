"""Tokens of scheduled jobs: shown once, kept as a digest, ended by the day or by a word."""

import datetime as dt
import json

import pytest

from data import tokens
from tests.test_cli import concord, folder

__all__ = ["folder"]


def test_only_the_digest_of_a_token_is_kept_for_the_owner_alone(tmp_path):
    words, kept = tokens.new_token(tmp_path, "clinic")
    file = tmp_path / tokens.FILE
    assert len(words) > 40 and words not in file.read_text() and kept.sha256 in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    found = tokens.bearer(tmp_path, words)
    assert found and (found.id, found.partner_id) == (kept.id, "clinic")
    assert (kept.expires - kept.made).days == 365
    for wrong in ("", words[:-1], words + "x", kept.sha256, kept.id):
        assert tokens.bearer(tmp_path, wrong) is None


def test_a_token_ends_with_its_last_day_or_when_it_is_revoked(tmp_path):
    words, kept = tokens.new_token(tmp_path, "clinic", days=1)
    assert kept.state(kept.expires - dt.timedelta(seconds=1)) == "in force"
    assert kept.state(kept.expires) == "expired"
    other, _ = tokens.new_token(tmp_path, "clinic")
    tokens.revoke_token(tmp_path, kept.id)
    assert tokens.bearer(tmp_path, words) is None and tokens.bearer(tmp_path, other)
    with pytest.raises(KeyError, match="no token"):
        tokens.revoke_token(tmp_path, "nothing")


def test_a_line_cut_short_by_a_crash_hides_no_other(tmp_path):
    first, _ = tokens.new_token(tmp_path, "clinic")
    with (tmp_path / tokens.FILE).open("a") as file:
        file.write('{"made": "ab')
    second, _ = tokens.new_token(tmp_path, "clinic")
    assert tokens.bearer(tmp_path, first) and tokens.bearer(tmp_path, second)


def test_the_command_makes_lists_and_revokes_tokens(folder):
    made = concord("token", "new", "clinic", "--days", "30", folder=folder)
    assert made.returncode == 0, made.stderr
    words = made.stdout.strip()
    assert tokens.bearer(folder, words)
    (row,) = json.loads(concord("token", "list", "--json", folder=folder).stdout)
    assert (row["partner"], row["state"]) == ("clinic", "in force") and row["token"] in made.stderr
    assert concord("token", "revoke", row["token"], folder=folder).returncode == 0
    assert not tokens.bearer(folder, words)
    assert "revoked" in concord("token", "list", folder=folder).stdout
    unknown = concord("token", "new", "nobody", folder=folder)
    assert unknown.returncode == 1 and "no partner is called" in unknown.stderr
