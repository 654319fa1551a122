"""Tokens of scheduled jobs, from the command line."""

import json

from data.ledger import job_tokens
from tests.support.command_line import concord


def test_the_command_makes_lists_and_revokes_tokens(folder):
    made = concord("token", "new", "clinic", "--days", "30", folder=folder)
    assert made.returncode == 0, made.stderr
    words = made.stdout.strip()
    assert job_tokens.bearer(folder, words)
    (row,) = json.loads(concord("token", "list", "--json", folder=folder).stdout)
    assert (row["partner"], row["state"]) == ("clinic", "valid") and row["token"] in made.stderr
    assert concord("token", "revoke", row["token"], folder=folder).returncode == 0
    assert not job_tokens.bearer(folder, words)
    assert "revoked" in concord("token", "list", folder=folder).stdout
    unknown = concord("token", "new", "nobody", folder=folder)
    assert unknown.returncode == 1 and "no partner is called" in unknown.stderr
