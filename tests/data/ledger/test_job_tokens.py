"""Tokens of scheduled jobs: shown once, kept as a digest, ended by the day or by a word."""

import datetime as dt
import json

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


def test_a_token_of_before_scopes_reads_and_sends_from_anywhere(tmp_path):
    words, kept = job_tokens.new_token(tmp_path, "clinic")
    file = tmp_path / job_tokens.FILE
    line = {k: v for k, v in json.loads(file.read_text()).items() if k not in ("may", "from")}
    file.write_text(json.dumps(line) + "\n")
    found = job_tokens.bearer(tmp_path, words, "203.0.113.9")
    assert found and found.id == kept.id and found.may == ("read", "send")


def test_an_address_that_cannot_be_read_is_in_no_network(tmp_path):
    words, _ = job_tokens.new_token(tmp_path, "clinic", networks=["10.2.0.0/16", "2001:db8::/32"])
    for address, taken in (("10.2.255.1", True), ("2001:db8::7", True), ("10.3.0.1", False), ("testclient", False),
                           ("", False), ("::ffff:10.2.0.1", False)):  # fmt: skip
        assert bool(job_tokens.bearer(tmp_path, words, address)) == taken, address


@pytest.mark.parametrize(("may", "networks"), [(["all"], []), ([], []), (["read"], ["10.2.0.1/16"]), (["read"], ["x"])])
def test_what_a_token_cannot_be_made_for_is_refused_and_nothing_written(tmp_path, may, networks):
    with pytest.raises(ValueError, match=r"made to|network|host bits"):
        job_tokens.new_token(tmp_path, "clinic", may=may, networks=networks)
    assert not (tmp_path / job_tokens.FILE).exists()
