"""Tokens of scheduled jobs: shown once, kept as a digest, ended by the day or by a word."""

import datetime as dt

import pytest

from data.ledger import job_tokens


def test_only_the_digest_of_a_token_is_kept_for_the_owner_alone(tmp_path):
    words, kept = job_tokens.new_token(tmp_path, "clinic")
    file = tmp_path / job_tokens.FILE
    assert len(words) > 40 and words not in file.read_text() and kept.sha256 in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    found = job_tokens.bearer(tmp_path, words)
    assert found and (found.id, found.partner_id) == (kept.id, "clinic")
    assert (kept.expires - kept.made).days == 365
    for wrong in ("", words[:-1], words + "x", kept.sha256, kept.id):
        assert job_tokens.bearer(tmp_path, wrong) is None


def test_a_token_ends_with_its_last_day_or_when_it_is_revoked(tmp_path):
    words, kept = job_tokens.new_token(tmp_path, "clinic", days=1)
    assert kept.state(kept.expires - dt.timedelta(seconds=1)) == "valid"
    assert kept.state(kept.expires) == "expired"
    other, _ = job_tokens.new_token(tmp_path, "clinic")
    job_tokens.revoke_token(tmp_path, kept.id)
    assert job_tokens.bearer(tmp_path, words) is None and job_tokens.bearer(tmp_path, other)
    with pytest.raises(KeyError, match="no token"):
        job_tokens.revoke_token(tmp_path, "nothing")


def test_a_line_cut_short_by_a_crash_hides_no_other(tmp_path):
    first, _ = job_tokens.new_token(tmp_path, "clinic")
    with (tmp_path / job_tokens.FILE).open("a") as file:
        file.write('{"made": "ab')
    second, _ = job_tokens.new_token(tmp_path, "clinic")
    assert job_tokens.bearer(tmp_path, first) and job_tokens.bearer(tmp_path, second)
