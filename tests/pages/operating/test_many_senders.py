"""Many send at once: each file counts once, and too many are asked to come again."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.ledger.submissions import NotPossible
from pages.components.layout import page_state
from pages.components.routes import upload_stream
from tests.pages.test_server_routes import (
    ONE,
    PARTNERS,
    folder,
    ledger,
    left,
    readings,
    rows_in_force,
    send,
    token_of,
    url,
)
from workflow import accepting, submitting

__all__ = ["folder", "url"]


def test_two_people_of_one_partner_at_once_the_same_file_counts_once(folder, url):
    token = token_of(folder, ONE)
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda _: send(url, token, readings()), range(4)))
    assert sorted(a.json["outcome"] for a in answers) == ["accepted", "known", "known", "known"]
    assert ledger() == [(ONE, "accepted", 400)] and rows_in_force() == {ONE: 400}


def test_two_people_of_one_partner_at_once_with_different_files_both_count_where_they_cover(folder, url):
    token = token_of(folder, ONE)
    parts = {"2026-01-01:2026-03-31": readings(), "2026-04-01:2026-06-30": readings(day=dt.date(2026, 4, 1))}
    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(lambda p: send(url, token, p[1], said=f"covers={p[0]}"), parts.items()))
    assert [a.json["outcome"] for a in answers] == ["accepted", "accepted"]
    assert len({a.json["submission"] for a in answers}) == 2
    assert rows_in_force() == {ONE: 800}


@pytest.mark.heavy
def test_eight_partners_at_once_each_counts_once(folder, url):
    who = {p: token_of(folder, p) for p in PARTNERS}
    with ThreadPoolExecutor(16) as jobs:
        answers = list(
            jobs.map(lambda p: send(url, who[p], readings(int(p[-1]) * 1000, 200 + int(p[-1]))), PARTNERS * 2)
        )
    assert sorted(a.json["outcome"] for a in answers) == ["accepted"] * 8 + ["known"] * 8
    assert ledger() == [(p, "accepted", 200 + n) for n, p in enumerate(PARTNERS)]
    assert rows_in_force() == {p: 200 + n for n, p in enumerate(PARTNERS)}
    assert left(folder) == []


def test_two_people_at_the_page_at_once_with_the_same_file_count_it_once(folder):
    """Each checks it and says yes; who comes second finds it accepted, or its own check gone."""
    store, data, ready = page_state.store(), readings(), threading.Barrier(4)

    def person(_: int) -> str:
        ready.wait(20)
        checked = submitting.check(store, data, "blood_pressure", ONE)
        assert checked.submission
        try:
            return accepting.accept(store, checked.submission).state
        except NotPossible:
            return "gone"

    with ThreadPoolExecutor(4) as people:
        ends = list(people.map(person, range(4)))
    assert "accepted" in ends and set(ends) <= {"accepted", "gone"}
    assert [entry for entry in ledger() if entry[1] != "left"] == [(ONE, "accepted", 400)]
    assert rows_in_force() == {ONE: 400}


@pytest.mark.parametrize("withdrawn", [False, pytest.param(True, marks=pytest.mark.heavy)])
def test_a_file_that_is_accepted_while_it_is_checked_again_is_not_doubled(folder, withdrawn):
    store = page_state.store()
    first = submitting.check(store, readings(), "blood_pressure", ONE).submission or 0
    if withdrawn:
        accepting.accept(store, first)
        accepting.withdraw(store, first)

    def accepted_meanwhile(_rows: int) -> None:
        accepting.accept(store, first)

    again = submitting.check(store, readings(), "blood_pressure", ONE, on_progress=accepted_meanwhile)
    assert again.known and again.submission == first
    assert ledger() == [(ONE, "accepted", 400)] and rows_in_force() == {ONE: 400}


def test_too_many_of_one_partner_are_asked_to_come_again(folder, url, monkeypatch):
    monkeypatch.setattr(upload_stream, "MOST_OF_ONE", 0)
    answer = send(url, token_of(folder, ONE), readings())
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
    monkeypatch.setattr(upload_stream, "MOST_OF_ONE", 4)
    monkeypatch.setattr(upload_stream, "MOST_AT_ONCE", 0)
    assert send(url, token_of(folder, ONE), readings()).status == 503
