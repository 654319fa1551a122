"""Metrics: behind a door of their own, in the format that monitors read, and of nobody."""

import re
from pathlib import Path

import anyio
import pytest
from typer.testing import CliRunner

from concord.command import app
from data.ledger import job_tokens
from pages.components.layout import opened_store
from pages.components.routes import health_route
from pages.components.routes.request_log import RequestLog
from schemas.policy.viewer import BACKBONE
from tests.pages.access.test_sign_in_guard import ANA, LEO, Site, site_on
from tests.support.doors import SETTINGS, invited
from tests.support.new_partnerships import new_folder
from workflow import accepting, submitting
from workflow.watching import counters, metrics

LINE = re.compile(
    r'^(?:# (?:HELP|TYPE) concord_\w+ .+|concord_\w+(?:\{\w+="[^"\\]*"(?:,\w+="[^"\\]*")*\})? \d+(?:\.\d+)?)$'
)


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(health_route, "_known", health_route._Known())
    yield from site_on(tmp_path, monkeypatch, SETTINGS)


def token(site: Site, *networks: str) -> str:
    return job_tokens.new_token(site.door.store.folder, "", 10, (job_tokens.WATCHES,), networks)[0]


def test_metrics_are_for_backbone_staff_and_a_token_of_their_own_alone(site):
    invited(site.door, "lea@board.example", "leader")
    assert site.get("/metrics").status_code == 401
    assert site.get("/metrics?as=backbone").status_code == 401, "a role is chosen in the demo alone"
    assert site.get("/metrics", site.sign_in(ANA)).status_code == 200
    for who in (LEO, "lea@board.example"):
        assert site.get("/metrics", site.sign_in(who)).status_code == 403
    own = token(site)
    assert site.get("/metrics", Authorization=f"Bearer {own}").status_code == 200
    folder = site.door.store.folder
    for other in (own + "x", job_tokens.new_token(folder, "alder", 10)[0], token(site, "10.9.0.0/16")):
        assert site.get("/metrics", Authorization=f"Bearer {other}").status_code == 401
    job_tokens.revoke_token(folder, next(t.id for t in job_tokens.tokens(folder) if t.may == (job_tokens.WATCHES,)))
    assert site.get("/metrics", Authorization=f"Bearer {own}").status_code == 401


def test_the_token_of_a_monitor_opens_nothing_else_and_no_partners_token_is_one(site):
    answer = site.get("/api/submissions", Authorization=f"Bearer {token(site)}")
    assert answer.status_code == 401
    with pytest.raises(ValueError, match="read, send, withdraw"):
        job_tokens.new_token(site.door.store.folder, "alder", 10, (job_tokens.WATCHES,))
    with pytest.raises(ValueError, match="made to metrics"):
        job_tokens.new_token(site.door.store.folder, "", 10, ("read",))


def test_every_line_is_one_that_a_monitor_reads_and_none_names_anybody(site):
    store = site.door.store
    before = dict(counters.uploads)
    rows = "".join(f"ZKCANARY{n},2025-03-{1 + n % 28:02},{120 + n},80\n" for n in range(20))
    file = f"patient_id,measured_on,systolic,diastolic\n{rows}".encode()
    number = submitting.check(store, file, "blood_pressure", "alder").submission
    assert number
    accepting.accept(store, number, accept_valid=True)
    assert submitting.check(store, b"no,such\n1,2\n", "blood_pressure", "birch").submission is None
    counters.drawn(0.2)
    text = site.get("/metrics", Authorization=f"Bearer {token(site)}").text
    assert [line for line in text.splitlines() if not LINE.match(line)] == []
    said = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    for outcome in ("checked", "accepted", "blocked"):
        assert int(said[f'concord_uploads_total{{outcome="{outcome}"}}']) == before.get(outcome, 0) + 1
    assert int(said["concord_memory_bytes"]) > 50 << 20 and int(said['concord_store_bytes{file="store"}']) > 100_000
    assert int(said["concord_rerun_seconds_count"]) >= 1 and said['concord_queue_length{queue="checks"}'] == "0"
    assert "concord_release_age_seconds" not in said, "no release, and so no age of one"
    known = {"alder", "birch", "Alder Clinic", "ZKCANARY", "ana@", "leo@", str(store.folder), "blood_pressure"}
    assert [word for word in known if word.lower() in text.lower()] == []


def test_buckets_add_up_and_an_unknown_method_has_no_name(site):
    counters.requests.clear()
    counters.request_durations.clear()
    for seconds in (0.001, 0.01, 0.3, 99.0):
        counters.answered("page", "GET", 200, seconds)
    counters.answered("page", 'X"} 1', 405, 0.0)
    text = metrics.text(site.door.store, BACKBONE, {"status": "failing"}, {"checks": 3})
    assert 'concord_requests_total{kind="page",method="other",status="405"} 1\n' in text
    found = re.findall(r'^concord_request_seconds_bucket\{kind="page",le="([^"]+)"\} (\d+)$', text, re.MULTILINE)
    counts = [int(count) for _, count in found]
    assert counts == sorted(counts) and found[0] == ("0.01", "3") and found[-1] == ("+Inf", "5")
    assert 'concord_request_seconds_count{kind="page"} 5\n' in text and "concord_up 0\n" in text
    assert 'concord_queue_length{queue="checks"} 3\n' in text


def test_each_request_is_counted_by_the_kind_of_its_address():
    counters.requests.clear()

    async def asked(path: str) -> None:
        async def end(scope, receive, send):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        async def nothing(*_):
            return {}

        await RequestLog(end)({"type": "http", "path": path, "method": "GET"}, nothing, nothing)

    anyio.run(asked, "/mine/secretword")
    assert dict(counters.requests) == {("/mine", "GET", 404): 1}


def test_the_command_makes_a_token_for_metrics(tmp_path: Path):
    folder = new_folder(tmp_path / "var", SETTINGS)
    made = CliRunner().invoke(app, ["token", "watch", "--data", str(folder), "--from", "10.0.0.0/8"])
    assert made.exit_code == 0, made.exception
    (kept,) = job_tokens.tokens(folder)
    assert (kept.partner_id, kept.may, kept.networks) == ("", ("metrics",), ("10.0.0.0/8",))
    assert "metrics, from 10.0.0.0/8" in CliRunner().invoke(app, ["token", "list", "--data", str(folder)]).output
    opened_store._open.clear()
