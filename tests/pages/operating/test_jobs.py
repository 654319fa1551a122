"""What a partner's job may call beside sending: it reads, accepts and withdraws its own partner's submissions alone."""

import pytest

from data.ledger import job_tokens
from pages.components.routes.jobs import job_routes
from pages.components.routes.jobs.job_operations import OPERATIONS, PLACE, document
from tests.pages.test_server_routes import ONE, TWO, folder, ledger, readings, send, token_of, url
from tests.support.running_server import ask
from tests.support.whole_run.every_run import some_of

__all__ = ["folder", "url"]
BAD = b"P1,ABC77,120,80,office\n"


def test_a_file_that_waits_is_read_accepted_and_withdrawn_by_its_number(folder, url):
    token = job_tokens.new_token(folder, ONE, may=job_tokens.SCOPES)[0]
    kept = send(url, token, readings(), said="accept=later")
    assert (kept.status, kept.json["outcome"]) == (202, "waiting") and ledger() == [(ONE, "checked", 400)]
    at = f"{url}/api/submissions/{kept.json['submission']}"
    for step, method, state in (("", "GET", "checked"), ("/accept", "POST", "accepted"), ("/accept", "POST", "accepted"),
                                ("/withdraw", "POST", "withdrawn"), ("/accept", "POST", "accepted")):  # fmt: skip
        answer = ask(at + step, method, token=token)
        assert (answer.status, answer.json["state"], answer.json["outcome"]) == (200, state, state), answer.body
        assert ledger() == [(ONE, state, 400)] and answer.json["shown_in_release"] is None
    assert [s["state"] for s in answer.json["steps"]] == ["checked", "accepted", "withdrawn", "accepted"]
    assert ask(at + "/withdraw", "POST", token=token).status == 200
    again = ask(at + "/withdraw", "POST", token=token)
    assert again.status == 409 and "not accepted" in again.json["message"]


def test_a_file_that_waits_with_bad_rows_says_them_again_and_needs_the_word(folder, url):
    token = token_of(folder, ONE)
    assert send(url, token, readings() + BAD, said="accept=later").json["outcome"] == "blocked" and ledger() == []
    kept = send(url, token, readings() + BAD, said="accept=later&accept_valid=yes").json
    at = f"{url}/api/submissions/{kept['submission']}"
    read = ask(at, token=token)
    assert [f["row"] for f in read.json["findings"]] == [402] and b"ABC77" not in read.body
    refused = ask(at + "/accept", "POST", token=token)
    assert refused.status == 409 and "1 rows have findings" in refused.json["message"]
    assert ask(at + "/accept?accept_valid=perhaps", "POST", token=token).status == 400
    assert ask(at + "/accept?accept_valid=yes", "POST", token=token).json["state"] == "accepted"


def test_a_check_alone_of_a_file_that_waits_leaves_it_waiting(folder, url):
    token = token_of(folder, ONE)
    for said in ("accept=later", "accept=later", "accept=check_only"):
        answer = send(url, token, readings(), said=said)
        assert (answer.status, answer.json["outcome"]) == (202, "waiting")
        assert [state for _, state, _ in ledger()].count("checked") == 1
    assert (
        ask(f"{url}/api/submissions/{answer.json['submission']}/accept", "POST", token=token).json["state"]
        == "accepted"
    )


def test_another_partners_submission_is_as_unknown_as_one_that_is_not_there(folder, url):
    number = send(url, token_of(folder, ONE), readings(), said="accept=later").json["submission"]
    other = job_tokens.new_token(folder, TWO, may=job_tokens.SCOPES)[0]
    for step, method in (("", "GET"), ("/accept", "POST"), ("/withdraw", "POST")):
        answers = [ask(f"{url}/api/submissions/{n}{step}", method, token=other) for n in (number, number + 1, 10**30)]
        assert {(a.status, a.json["message"]) for a in answers} == {
            (404, "There is no such submission of this partner.")
        }
        assert ask(f"{url}/api/submissions/{number}{step}", method).status == 401
    assert ledger() == [(ONE, "checked", 400)]


@pytest.mark.parametrize("scope", some_of(job_tokens.SCOPES, 3))
def test_a_token_does_what_it_was_made_for_and_nothing_else(folder, url, scope):
    token = job_tokens.new_token(folder, ONE, may=[scope])[0]
    number = send(url, token_of(folder, ONE), readings()).json["submission"]
    for operation in OPERATIONS:
        path = operation.path.replace("{number:int}", str(number)).replace("{dataset}", "blood_pressure")
        body = readings(500) if operation.method == "PUT" else None
        answer = ask(url + PLACE + path, operation.method, body, token)
        refused = operation.scope not in (scope, None)
        assert (answer.status == 403) == refused, (operation, answer.body)
        assert not refused or answer.json["message"].startswith(f"This token was not made to {operation.scope}")


def test_a_token_is_taken_from_its_networks_alone(folder, url):
    here, elsewhere = (
        job_tokens.new_token(folder, ONE, networks=n)[0] for n in (["127.0.0.0/8", "::1/128"], ["10.2.0.0/16"])
    )
    assert ask(f"{url}/api/submissions", token=here).status == 200
    assert ask(f"{url}/api/submissions", token=elsewhere).status == 401


def test_the_description_names_every_operation_and_asks_for_no_token(folder, url):
    told = ask(f"{url}/api/openapi.json").json
    assert told == document({word: list(values) for word, values in job_routes.CHOICES.items()})
    named = {(method, op["operationId"]) for path in told["paths"].values() for method, op in path.items()}
    assert named == {(o.method.lower(), o.name) for o in OPERATIONS}
    assert "/api/submissions/{number}/accept" in told["paths"]
    sends = told["paths"]["/api/submissions/{dataset}"]["put"]
    assert {p["name"] for p in sends["parameters"]} == {"dataset", "covers", "confirm", *job_routes.CHOICES}
    assert set(map(int, sends["responses"])) >= {*job_routes.STATUS.values()}
