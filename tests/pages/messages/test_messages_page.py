"""The page Messages as each role sees it, a letter sent from it, and the routes and the round beside it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.ledger.messages import message_log
from data.ledger.store import Store
from pages.components.layout import opened_store, page_state
from pages.components.messages import message_list, post_round
from pages.components.routes import rate_limit, request_log
from schemas.policy.viewer import BACKBONE
from tests.support.mail.post_office import SETTINGS, Inbox, at, mail_server, words
from tests.support.new_partnerships import new_folder
from tests.support.running_server import ask, served
from workflow.messaging import calendar_feeds, occasions, posting
from workflow.messaging.posting import Draft

DEMO = SETTINGS.replace('name = "Our partnership"', 'name = "Our partnership"\ndemo = true')


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("CONCORD_DATA", str(new_folder(tmp_path / "var", DEMO)))
    opened_store._open.clear()
    yield opened_store.opened()
    opened_store.opened().close()
    opened_store._open.clear()


def the_page() -> None:
    from pages import messages

    messages.page()


def the_calendar() -> None:
    import streamlit as st

    from pages import calendar, messages
    from pages.components.layout import page_state

    due, mail = st.Page(calendar.page, default=True), st.Page(messages.page, url_path="partner-messages")
    page_state.know({"reporting-calendar": due, "partner-messages": mail, "send-data": due})
    st.navigation([due, mail]).run()


def opened(page, who: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    app.query_params["as"] = who
    return ran(app)


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join([*(e.proto.body for e in app.get("html")), *(c.value for c in app.code)])


def by_label(those, label: str):
    return next(one for one in those if one.label == label)


def test_a_letter_is_looked_at_changed_and_sent_from_the_page_once(store):
    inbox = Inbox()
    inbox.answers = {"zoe@alder.example": "550 gone"}
    with mail_server(inbox) as port:
        at(store, port)
        app = opened(the_page, "backbone")
        assert "2 messages are worth sending" in said(app)
        assert "No mail to “Front desk, extension 12”: it has no e-mail address." in said(app)
        by_label(app.text_input, "Subject").set_value("Your file is due")
        by_label(app.button, "Send it").click()
        app = ran(app)
        assert "Type your name first" in said(app) and inbox.to == []
        by_label(app.text_input, "Your name").set_value("Ana")
        by_label(app.button, "Send it").click()
        app = ran(app)
    assert "Sent to 1 of 2 recipients" in said(app) and "1 message needs a look" in said(app)
    assert inbox.to == [["kim@alder.example"]] and inbox.mails[0]["Subject"] == "Your file is due"
    assert "is due on 30 Oct 2026" in words(inbox.mails[0])
    assert "✗ Refused: the mail server refused the address (550)" in said(app)
    assert "Backbone staff (Ana)" in said(app)


def test_what_may_not_leave_is_said_and_what_was_typed_stays(store):
    with mail_server(Inbox()) as port:
        at(store, port)
        app = opened(the_page, "backbone")
        by_label(app.text_input, "Your name").set_value("Ana")
        by_label(app.text_area, "Message").set_value("Hello, 7 of your patients were readmitted.")
        by_label(app.button, "Send it").click()
        app = ran(app)
    assert "Not sent. Write no figures in a message" in said(app)
    assert by_label(app.text_area, "Message").value.startswith("Hello, 7")
    assert message_log.messages(store.cursor()) == []


def test_a_scheduled_message_is_taken_back(store):
    at(store, 2525)
    app = opened(the_page, "backbone")
    by_label(app.segmented_control, "When?").set_value("On a day")
    app = ran(app)
    by_label(app.text_input, "Your name").set_value("Ana")
    by_label(app.button, "Schedule it").click()
    app = ran(app)
    assert "Scheduled for 21 Oct 2026" in said(app) and "Goes out from 21 Oct 2026, 14:00 UTC" in said(app)
    by_label(app.button, "Take it back").click()
    app = ran(app)
    assert "Taken back" in said(app)
    assert {s.last.kind for m in message_log.messages(store.cursor()) for s in m.sendings} == {"canceled"}


def test_without_a_mail_server_the_draft_can_be_copied(store):
    at(store, 25, host="")
    app = opened(the_page, "backbone")
    assert "No mail server is set up" in said(app) and app.code[0].value.startswith("Subject: Jul–Sep 2026")
    assert not any(b.label == "Send it" for b in app.button)


def test_an_auditor_reads_and_sends_nothing(store):
    at(store, 2525)
    post(store)
    app = opened(the_page, "auditor")
    assert "1 message was settled" in said(app) and "kim@alder.example" in said(app)
    assert {b.label for b in app.button} <= {"Download 1 message (CSV)"} and not app.text_area


def post(store: Store) -> int:
    one = next(o for o in occasions.read_occasions(store, BACKBONE) if o.partner_id == "alder")
    text = "Hello, your file is due on 30 October 2026."
    draft = Draft(one.key, "Your file", text, ("kim@alder.example",), text)
    return posting.post(store, BACKBONE, draft, actor="backbone:=1+1")


def test_no_cell_of_the_list_that_is_downloaded_is_a_formula(store):
    at(store, 2525)
    post(store)
    text = message_list.as_csv(posting.read_messages(store, BACKBONE)).decode("utf-8-sig")
    assert len(text.splitlines()) == 2 and "30 October" not in text
    assert not [cell for line in text.splitlines() for cell in line.split(",") if cell.startswith(("=", "+", "@"))]


def test_the_servers_own_round_sends_what_is_due_and_outlives_a_fault(store, monkeypatch):
    inbox, calls = Inbox(), []

    def faulty(opened: Store) -> None:
        calls.append(opened)
        if len(calls) == 1:
            raise OSError("nothing to repeat")
        send(opened)

    async def some_rounds() -> None:
        task = asyncio.create_task(post_round.rounds())
        while len(calls) < 2 or not inbox.to:
            await asyncio.sleep(0.02)
        task.cancel()

    send = posting.send_due
    monkeypatch.setattr(post_round, "EVERY", 0.05)
    monkeypatch.setattr(posting, "send_due", faulty)
    with mail_server(inbox) as port:
        at(store, port)
        post(store)
        asyncio.run(asyncio.wait_for(some_rounds(), 20))
    assert inbox.to == [["kim@alder.example"]]


def test_a_partner_makes_its_address_sees_it_once_and_revokes_it(store):
    app = opened(the_calendar, "alder")
    by_label(app.button, "Make an address").click()
    app = ran(app)
    address = next(c.value for c in app.code if "/calendar/" in c.value)
    assert address.startswith("https://concord.example.org/calendar/") and address.endswith(".ics")
    word = address.rpartition("/")[2].removesuffix(".ics")
    with served() as url:
        answer = ask(f"{url}/calendar/{word}.ics")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert answer.body.startswith(b"BEGIN:VCALENDAR\r\n") and answer.headers["Cache-Control"] == "no-store"
        by_label(app.button, "Revoke it").click()
        app = ran(app)
        assert ask(f"{url}/calendar/{word}.ics").status == 404
        assert "revoked" in ask(f"{url}/calendar/{word}.ics").body.decode()
        assert [ask(f"{url}/calendar/{bad}").status for bad in ("x.ics", "x" * 200 + ".ics", word)] == [404] * 3
    assert not any("/calendar/" in c.value for c in app.code)
    assert calendar_feeds.read_addresses(store, BACKBONE, "alder") == []


@pytest.mark.parametrize(("who", "may"), [("leader", False), ("analyst", False), ("birch", True), ("backbone", True)])
def test_who_may_make_an_address_of_whose_calendar(store, who, may):
    app = opened(the_calendar, who)
    assert any(b.label == "Make an address" for b in app.button) == may


def test_guessed_addresses_are_counted_and_the_word_is_in_no_log():
    assert "/calendar/" in rate_limit.GUARDED
    assert request_log.kind("/calendar/secret-word.ics") == "/calendar"


def test_the_page_is_no_ones_else(store):
    assert page_state.store() is store
    for who in ("leader", "analyst", "alder"):
        app = AppTest.from_function(the_page, default_timeout=30)
        app.query_params["as"] = who
        app.run()
        assert app.exception and "NotAllowed" in str(app.exception)
