"""Messages by a real mail server: each once, to whom it may go, with what became of it; and nothing of anybody in them."""

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.ledger.messages import message_log
from data.ledger.messages.message_log import Message, Step
from data.ledger.people.secrets_file import SECRETS
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from pages.components.wording.messages import drafted, outcome_words
from schemas.policy.partner_naming import Naming
from schemas.policy.viewer import BACKBONE, Viewer
from tests.support.doors import invited
from tests.support.mail.post_office import SETTINGS, Inbox, at, mail_server, post_office, words
from workflow import accepting, submitting
from workflow.access import inviting
from workflow.access.door import Door
from workflow.access.permitting import NotAllowed
from workflow.messaging import occasions, posting
from workflow.messaging.occasions import Occasion
from workflow.messaging.posting import Draft

BY = "backbone:Ana"
KIM, ZOE = "kim@alder.example", "zoe@alder.example"
FILE = b"patient_id,measured_on,systolic,diastolic\nP1,2026-07-04,120,80\nP2,2026-09-30,121,80\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = post_office(tmp_path)
    yield opened
    opened.close()


def about(store: Store, kind: str = "reminder", partner: str | None = "alder") -> Occasion:
    (one,) = (o for o in occasions.read_occasions(store, BACKBONE) if (o.kind, o.partner_id) == (kind, partner))
    return one


def draft_of(store: Store, one: Occasion, *to: str, on: dt.date | None = None, more: str = "") -> Draft:
    name = store.partnership.partner(one.partner_id).name if one.partner_id else ""
    made = drafted.draft(one, name, store.partnership)
    return Draft(one.key, made.subject, made.words + more, to or (KIM, ZOE), made.whole, on)


def posted(store: Store, draft: Draft) -> Message:
    return posting.send_now(store, BACKBONE, posting.post(store, BACKBONE, draft, actor=BY))


def kinds(store: Store, number: int = 1) -> list[str]:
    (found,) = message_log.messages(store.cursor(), number)
    return [s.last.kind for s in found.sendings]


def later(store: Store, monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    now = store.now() + dt.timedelta(**by)
    monkeypatch.setattr(store, "now", lambda: now)


def test_a_reminder_goes_to_each_recipient_apart_and_says_days_and_files_alone(store):
    inbox = Inbox()
    with mail_server(inbox) as port:
        at(store, port)
        message = posted(store, draft_of(store, about(store)))
    assert inbox.to == [[KIM], [ZOE]] and [s.last.kind for s in message.sendings] == ["sent", "sent"]
    assert inbox.mails[1]["To"].addresses[0].display_name == "Zoë Müller"
    assert inbox.mails[0]["From"].addresses[0].display_name == "Our partnership"
    text = words(inbox.mails[0])
    assert "Blood-pressure readings, Jul–Sep 2026: is due on 30 Oct 2026." in text
    assert "https://concord.example.org/send-data" in text
    assert len({m["Message-ID"] for m in inbox.mails}) == 2
    log = posting.read_messages(store, Viewer(role="auditor"))
    assert [(s.kind, s.actor) for s in log[0].sendings[0].steps] == [("waiting", BY), ("sending", ""), ("sent", "")]


def test_the_same_draft_from_two_tabs_and_a_double_click_is_sent_once(store):
    inbox, draft = Inbox(), draft_of(store, about(store))
    with mail_server(inbox) as port:
        at(store, port)
        number = posting.post(store, BACKBONE, draft, actor=BY)
        with pytest.raises(NotPossible, match="settled already, on 2026-10-20"):
            posting.post(store, BACKBONE, draft, actor="backbone:Bo")
        clicks = [threading.Thread(target=posting.send_now, args=(store, BACKBONE, number)) for _ in range(4)]
        threads = [*clicks, threading.Thread(target=posting.send_due, args=(store,))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        posting.send_due(store)
    assert sorted(inbox.to) == [[KIM], [ZOE]]


def test_the_same_may_be_asked_for_again_after_a_week_and_not_before(store, monkeypatch):
    with mail_server(Inbox()) as port:
        at(store, port)
        posted(store, draft_of(store, about(store)))
        key = message_log.messages(store.cursor())[0].occasion
        later(store, monkeypatch, days=6)
        assert "alder" not in {o.partner_id for o in occasions.read_occasions(store, BACKBONE)}
        later(store, monkeypatch, days=2)
        again = about(store)
        assert (key[-2:], again.key[-2:]) == ("#1", "#2") and again.last


def test_one_refused_recipient_keeps_nobody_else_from_it_and_may_be_tried_again(store):
    inbox = Inbox()
    inbox.answers = {KIM: "550 nobody here"}
    with mail_server(inbox) as port:
        at(store, port)
        message = posted(store, draft_of(store, about(store)))
        assert kinds(store) == ["refused", "sent"]
        assert (
            outcome_words.outcome(message, message.sendings[0])
            == "✗ Refused: the mail server refused the address (550)"
        )
        assert outcome_words.headline(0, [message]).startswith("1 message needs a look")
        inbox.answers = {}
        posting.try_again(store, BACKBONE, 1, actor=BY)
        posting.send_now(store, BACKBONE, 1)
    assert kinds(store) == ["sent", "sent"] and inbox.to == [[ZOE], [KIM]]
    with pytest.raises(NotPossible, match="nobody of it is left"):
        posting.try_again(store, BACKBONE, 1, actor=BY)


def test_who_has_seen_that_somebody_cannot_be_reached_is_told_no_more(store):
    inbox = Inbox()
    inbox.answers = {KIM: "550 nobody here"}
    with mail_server(inbox) as port:
        at(store, port)
        posted(store, draft_of(store, about(store)))
    posting.note(store, BACKBONE, 1, actor=BY)
    assert kinds(store) == ["noted", "sent"]
    assert outcome_words.headline(0, posting.read_messages(store, BACKBONE)) == "Nobody waits for a message"
    with pytest.raises(NotPossible):
        posting.note(store, BACKBONE, 1, actor=BY)


def test_a_server_that_is_down_is_tried_again_by_the_servers_own_round_and_given_up_in_the_end(store, monkeypatch):
    with mail_server(Inbox()) as port:
        pass
    at(store, port)
    message = posted(store, draft_of(store, about(store), KIM))
    assert "does not answer" in outcome_words.outcome(message, message.sendings[0]) and message.is_open
    posting.send_due(store)
    assert len(message_log.messages(store.cursor())[0].sendings[0].steps) == 2, "not before its time"
    for wait in posting.WAITS:
        later(store, monkeypatch, seconds=wait.total_seconds() + 1)
        posting.send_due(store)
    assert kinds(store) == ["given up"]
    inbox = Inbox()
    with mail_server(inbox) as port:
        at(store, port)
        posting.send_due(store)
        assert inbox.to == []
        posting.try_again(store, BACKBONE, 1, actor=BY)
        posting.send_due(store)
    assert inbox.to == [[KIM]] and kinds(store) == ["sent"]


def test_what_a_crash_left_open_is_never_sent_by_itself(store):
    inbox = Inbox()
    with mail_server(inbox) as port:
        at(store, port)
        number = posting.post(store, BACKBONE, draft_of(store, about(store), KIM), actor=BY)
        (message,) = message_log.messages(store.cursor(), number)
        with transaction(store.cursor()) as cur:
            message_log.step(cur, number, message.sendings[0], Step("sending", "", "", store.now()))
        posting.settle_interrupted(store)
        posting.settle_interrupted(store)
        posting.send_due(store)
        assert kinds(store) == ["unknown"] and inbox.to == []
        posting.try_again(store, BACKBONE, number, actor=BY)
        posting.send_due(store)
    assert inbox.to == [[KIM]]


def test_a_scheduled_message_waits_for_its_hour_and_can_be_taken_back(store, monkeypatch):
    inbox, day = Inbox(), dt.date(2026, 10, 22)
    with mail_server(inbox) as port:
        at(store, port, hour=9)
        first = posted(store, draft_of(store, about(store), KIM, on=day))
        assert outcome_words.outcome(first, first.sendings[0]) == "Goes out from 22 Oct 2026, 09:00 UTC"
        second = posted(store, draft_of(store, about(store, partner="birch"), "bo@birch.example", on=day))
        posting.cancel(store, BACKBONE, second.message, actor=BY)
        for moment, got in ((dt.datetime(2026, 10, 22, 8, 59), 0), (dt.datetime(2026, 10, 22, 9), 1)):
            monkeypatch.setattr(store, "now", lambda moment=moment: moment)
            posting.send_due(store)
            assert len(inbox.to) == got
    assert (kinds(store), kinds(store, 2)) == (["sent"], ["canceled"])
    with pytest.raises(NotPossible, match="sent already"):
        posting.cancel(store, BACKBONE, 1, actor=BY)


def test_a_file_that_came_meanwhile_is_not_asked_for_and_who_left_gets_nothing(store, monkeypatch):
    inbox, day = Inbox(), dt.date(2026, 10, 22)
    with mail_server(inbox) as port:
        at(store, port)
        posted(store, draft_of(store, about(store), KIM, on=day))
        posted(store, draft_of(store, about(store, partner="birch"), "bo@birch.example", on=day))
        birch = store.partnership.partner("birch").model_copy(update={"contacts": ("Cy, cy@birch.example",)})
        others = tuple(birch if p.id == "birch" else p for p in store.partnership.partners)
        store.partnership = store.partnership.model_copy(update={"partners": others})
        sent = submitting.check(store, FILE, "blood_pressure", "alder")
        assert sent.submission
        whole = submitting.Window(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
        accepting.leave(store, sent.submission)
        sent = submitting.check(store, FILE, "blood_pressure", "alder", covers=whole)
        assert sent.submission
        accepting.accept(store, sent.submission)
        later(store, monkeypatch, days=3)
        posting.send_due(store)
    assert inbox.to == [] and (kinds(store), kinds(store, 2)) == (["dropped"], ["dropped"])
    whys = [m.sendings[0].last.why for m in message_log.messages(store.cursor())]
    assert whys == ["they are no longer listed", "what it was about is done"]


def test_recipients_are_those_of_the_partner_and_whoever_cannot_be_written_to_says_why(store, monkeypatch):
    door = Door(store)
    invited(door, "office@backbone.example", "backbone")
    ana, gone = (
        invited(door, "ana@alder.example", "partner", "alder"),
        invited(door, "old@alder.example", "partner", "alder"),
    )
    invited(door, "other@birch.example", "partner", "birch")
    inviting.end(door, BACKBONE, gone, "left the clinic", BY)
    contacts = (*store.partnership.partner("alder").contacts, "Eve\r\nBcc: all@evil.example", "A a@x.org, B b@x.org")
    alder = store.partnership.partner("alder").model_copy(update={"contacts": contacts})
    others = tuple(alder if p.id == "alder" else p for p in store.partnership.partners)
    monkeypatch.setattr(store, "partnership", store.partnership.model_copy(update={"partners": others}))
    found = posting.read_recipients(store, BACKBONE, about(store))
    assert ana and [(r.address, r.name) for r in found if not r.fault] == [
        (KIM, "Kim Lee"), (ZOE, "Zoë Müller"), ("ana@alder.example", "")]  # fmt: skip
    assert [r.fault for r in found if r.fault] == [
        "it has no e-mail address", "a line break stands in the entry", "it has several addresses: write one a line",
    ]  # fmt: skip
    assert all(r.name.isprintable() for r in found)
    for to in ("all@evil.example", "bo@birch.example", "old@alder.example"):
        with pytest.raises(NotPossible, match="no longer listed"):
            posting.post(store, BACKBONE, draft_of(store, about(store), KIM, to), actor=BY)


def test_without_a_mail_server_or_a_recipient_it_says_what_to_do(tmp_path):
    opened = post_office(tmp_path, SETTINGS.partition("[mail]")[0])
    with pytest.raises(NotPossible, match=r"under \[mail\] in concord.toml"):
        posting.post(opened, BACKBONE, draft_of(opened, about(opened)), actor=BY)
    assert not posting.may_send(opened, BACKBONE)
    opened.close()


def test_a_day_that_is_past_nobody_chosen_and_a_draft_that_is_old_are_refused(store):
    good = draft_of(store, about(store))
    for bad, why in (
        (replace(good, on=dt.date(2026, 10, 19)), "from today on"), (replace(good, to=()), "at least one recipient"),
        (replace(good, occasion="reminder:alder:patients@2026-07-01#1"), "changed meanwhile"),
    ):  # fmt: skip
        with pytest.raises(NotPossible, match=why):
            posting.post(store, BACKBONE, bad, actor=BY)


def test_the_password_comes_from_the_file_or_the_environment_and_is_in_no_message(store, monkeypatch):
    with mail_server(Inbox()) as port:
        at(store, port, user="office")
        message = posted(store, draft_of(store, about(store), KIM))
        assert "no password for the mail server: write mail_password" in message.sendings[0].last.why
        (store.folder / SECRETS).write_text('mail_password = "from-the-file"\n')
        posting.try_again(store, BACKBONE, 1, actor=BY)
        message = posting.send_now(store, BACKBONE, 1)
    assert "offers no way to sign in" in message.sendings[0].last.why
    said = str(message_log.messages(store.cursor()))
    assert "from-the-file" not in said and "from-the-file" not in store.partnership.model_dump_json()


def test_nothing_is_read_of_a_partner_that_left(store, monkeypatch):
    posting.post(store, BACKBONE, draft_of(store, about(store)), actor=BY)
    monkeypatch.setattr(posting.reading, "read_naming", lambda *_: Naming({}, {}, gone=frozenset({"alder"})))
    (message,) = posting.read_messages(store, BACKBONE)
    assert "Alder" not in str(message) and "alder.example" not in str(message)


def test_who_may_not_hears_it_and_the_log_is_for_backbone_staff_and_auditors(store):
    leader = Viewer(role="leader")
    with pytest.raises(NotAllowed):
        posting.read_messages(store, leader)
    with pytest.raises(NotAllowed):
        posting.post(store, Viewer(role="auditor"), draft_of(store, about(store)), actor=BY)


def test_the_log_is_only_ever_added_to():
    text = "".join(p.read_text() for p in Path(message_log.__file__).parent.glob("*.py"))
    assert not {"UPDATE ", "DELETE ", "DROP "} & {f"{w} " for w in text.split()}
