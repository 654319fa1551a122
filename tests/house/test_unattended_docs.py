"""docs/how-to/send_files_unattended.md says what is so: its curl lines are sent to the real routes, its tables hold what the code knows."""

import json
import re
import shlex
from itertools import chain
from typing import get_args

import pytest

from data.ledger import job_tokens
from data.receiving import watched_folder
from pages.components.routes import server_routes, upload_stream
from pages.components.routes.jobs import job_routes
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import DateOrder
from schemas.policy.partnership import Policy
from schemas.policy.rule_catalog import QUESTIONS
from tests.pages.test_server_routes import ONE, folder, token_of, url
from tests.support.running_server import ROOT, Answer, ask
from tests.support.whole_run.every_run import some_of

__all__ = ["folder", "url"]
TEXT = (ROOT / "docs" / "how-to" / "send_files_unattended.md").read_text("utf-8")
CURLS = [line[line.index("curl -") :] for line in TEXT.splitlines() if "curl -" in line]
EXAMPLES = ROOT / "data" / "examples"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading it is."""
    lines = TEXT.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def words(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def sent(line: str, url: str, token: str) -> Answer:
    """What a curl line does, done without curl: only options that are known here may stand in it."""
    parts, file, place, method = iter(shlex.split(line)[1:]), None, "", "GET"
    for part in parts:
        if part == "-H":
            assert next(parts) == "@token.header", "a token never stands in the line"
        elif part == "-T":
            file = next(parts)
        elif part == "--retry":
            next(parts)
        elif part == "-X":
            method = next(parts)
        elif part not in ("-sS", "--fail-with-body"):
            place = part
    dataset = re.search(r"submissions/(\w+)", place)
    data = (EXAMPLES / f"{dataset[1]}_good.csv").read_bytes() if file and dataset else None
    assert place.startswith("https://concord.example/api/")
    return ask(place.replace("https://concord.example", url), "PUT" if file else method, data, token)


def test_there_are_curl_lines_for_each_way():
    assert len(CURLS) == 8 and {"-T" in line for line in CURLS} == {True, False}


@pytest.mark.parametrize("line", some_of([line for line in CURLS if "-T" in line], 2))
def test_a_curl_line_that_sends_is_understood_and_answers_as_it_says(folder, url, line):
    answer = sent(line, url, token_of(folder, ONE))
    outcome = "checked" if "check_only" in line else "waiting" if "later" in line else "accepted"
    assert (answer.status, answer.json["outcome"]) == (202 if outcome == "waiting" else 200, outcome), answer.body
    shown = json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])  # type: ignore[index]
    assert set(answer.json) - {"release", "next_release"} == set(shown)


def test_the_curl_lines_about_one_submission_are_understood_one_after_the_other(folder, url):
    token = token_of(folder, ONE)
    of_one = [line for line in CURLS if "/7" in line]
    number = sent(next(line for line in CURLS if "later" in line), url, token).json["submission"]
    told = [sent(line.replace("/7", f"/{number}"), url, token) for line in of_one]
    assert [(a.status, a.json["outcome"]) for a in told] == [(200, "checked"), (200, "accepted")]
    listed = [sent(line, url, token) for line in CURLS if "-T" not in line and line not in of_one]
    assert [[s["state"] for s in a.json["submissions"]] for a in listed] == [["accepted"]]


def test_the_findings_have_the_shape_that_is_shown(folder, url):
    shown = json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])  # type: ignore[index]
    bad = (EXAMPLES / "blood_pressure_mistakes.csv").read_bytes()
    answer = ask(f"{url}/api/submissions/blood_pressure", "PUT", bad, token_of(folder, ONE))
    assert answer.status == 422 and answer.json["outcome"] == shown["outcome"]
    of_rule = {f["rule"]: f for f in answer.json["findings"]}[shown["findings"][0]["rule"]]
    assert list(of_rule) == list(shown["findings"][0])
    assert of_rule | {"row": 151} == shown["findings"][0]


def test_a_question_is_answered_in_the_address_and_a_wrong_method_meets_no_page(folder, url):
    token, place = token_of(folder, ONE), f"{url}/api/submissions/blood_pressure"
    lines = [f"P{n},2026-01-{1 + n % 28:02},128,,office" for n in range(30)]
    data = "\n".join(["patient_id,measured_on,systolic,diastolic,setting", *lines, ""]).encode()
    refused = ask(place, "PUT", data, token)
    assert refused.status == 422 and "confirm: half_missing (“It was not recorded”)" in refused.json["message"]
    assert [(q["confirm"], q["column"]) for q in refused.json["questions"]] == [("half_missing", "diastolic")]
    assert ask(f"{place}?confirm=any", "PUT", data, token).status == 400
    assert ask(f"{place}?confirm=half_missing", "PUT", data, token).json["outcome"] == "accepted"
    assert ask(place, "PUT", data, token).json["outcome"] == "known"
    for method in ("GET", "POST"):
        assert ask(place, method, b"x" if method == "POST" else None, token).status == 405


def test_the_addresses_and_their_words_are_those_of_the_code():
    told = {tuple(cells[0].strip("`").split()) for cells in rows("Address")}
    assert told == {
        (next(iter(r.methods or ())), r.path.replace(":int", ""))
        for r in server_routes.ROUTES
        if r.path.startswith("/api/") and r.path != job_routes.ELSEWHERE
    }
    known = {cells[0].strip("`"): words(cells[1]) for cells in rows("Word")}
    assert set(known) == {"covers", "confirm", *job_routes.CHOICES}
    assert known["confirm"] <= set(QUESTIONS)
    for word, choices in job_routes.CHOICES.items():
        assert known[word] == {choice for choice in choices if choice}, word
    assert set(get_args(DateOrder)) == known["date_order"]


def test_every_status_is_told():
    code = "".join(
        (ROOT / "pages/components/routes" / name).read_text()
        for name in ("server_routes.py", "upload_stream.py", "jobs/job_routes.py")
    )
    raised = {int(n) for n in re.findall(r"(?:Refused|reply)\((\d{3})", code)} - {201}
    raised |= set(job_routes.STATUS.values()) | set(upload_stream._STATUS.values())
    assert {int(cells[0]) for cells in rows("Status")} == raised


def test_the_limits_and_names_in_words_are_the_codes_own():
    assert (
        f"({job_tokens.DAYS})" in TEXT and f"`{job_tokens.FILE}`" in TEXT and f"Bearer {job_tokens.PREFIX}..." in TEXT
    )
    assert f"{job_routes.MOST_FINDINGS:,}\nfindings" in TEXT or f"{job_routes.MOST_FINDINGS:,} findings" in TEXT
    assert "largest_upload_mb" in Policy.model_fields and "`largest_upload_mb`" in TEXT
    assert (upload_stream.MOST_OF_ONE, upload_stream.MOST_AT_ONCE, upload_stream.PIECE_SECONDS) == (4, 32, 120)
    assert [cells[0] for cells in rows("Folder")] == [
        f"`{name}/`" for name in (watched_folder.DONE, watched_folder.BLOCKED)
    ]
    named = set(
        chain.from_iterable(
            re.findall(r"(?:submissions|first_clinic|drop)/([a-z]\w+)", line) for line in TEXT.splitlines()
        )
    )
    assert named & set(DATASETS) and all(n in DATASETS or n == "first_clinic" for n in named)


def test_every_option_of_the_command_that_is_named_exists():
    named = set(re.findall(r"`(--[a-z-]+)`|concord submit --watch --(server)", TEXT))
    code = "".join(path.read_text() for path in sorted((ROOT / "concord").glob("*.py")))
    for option in {first or f"--{second}" for first, second in named}:
        assert option in code or option.strip("-").replace("-", "_") in code, option
