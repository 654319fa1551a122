"""One letter to a real mail server: what arrives, what is refused, and what is never said in the clear."""

import datetime as dt
from pathlib import Path

import pytest

from data.mailing.smtp_delivery import Letter, MailFault, MailLine, Outcome, as_mail
from schemas.policy.messages.mail_server import MailServer
from tests.support.mail.post_office import Inbox, certificate, knows, mail_server, words

NOW = dt.datetime(2026, 10, 20, 9, 30)
LETTER = Letter("abc", "kim@alder.example", "Kim Lee", "A subject", "Hello,\n\nplease look.")


def server(port: int, **more: object) -> MailServer:
    told = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "office@backbone.example", **more}
    return MailServer.model_validate(told)


def sent(port: int, letter: Letter = LETTER, password: str = "", **more: object) -> Outcome:
    with MailLine(server(port, **more), password, "Büro") as line:
        return line.send(letter, NOW)


def test_a_letter_arrives_with_names_in_any_letters_and_its_lines_as_they_were():
    inbox = Inbox()
    said = "Hello Zoë,\n\n.a line that begins with a point\n.\n..\nhttps://concord.example.org/send-data?a=b\n\n– 東京"
    letter = Letter("abc", "zoe@alder.example", "Zoë Müller-東京, “Head”", "Jul–Sep: fällig", said)
    with mail_server(inbox) as port:
        assert sent(port, letter, reply_to="desk@backbone.example") == ("sent", "")
    (mail,) = inbox.mails
    assert words(mail).rstrip("\n") == said
    assert b"\r\n..a line" in inbox.raw[0] or b"\n.a line" in inbox.raw[0]
    assert inbox.to == [["zoe@alder.example"]]
    assert mail["To"].addresses[0].display_name == "Zoë Müller-東京, “Head”"
    assert (mail["From"].addresses[0].display_name, mail["Subject"]) == ("Büro", "Jul–Sep: fällig")
    assert mail["Reply-To"] == "desk@backbone.example" and mail["Message-ID"] == "<abc@backbone.example>"
    assert mail["Date"].datetime == NOW.replace(tzinfo=dt.UTC)
    assert inbox.raw[0].isascii() and max(map(len, inbox.raw[0].splitlines())) < 998


@pytest.mark.parametrize("part", ["identity", "address", "name", "subject"])
@pytest.mark.parametrize(
    "added", ["\r\nBcc: all@evil.example", "\nBcc: x@evil.example", "\rX", "\x00", "\u2028X", "\x85X"]
)
def test_no_line_break_gets_into_a_header(part, added):
    letter = Letter(**{**LETTER.__dict__, part: getattr(LETTER, part) + added})
    with pytest.raises(ValueError, match="line break"):
        as_mail(letter, server(25), "Office", NOW)
    with pytest.raises(ValueError, match="line break"):
        as_mail(LETTER, server(25), f"Office{added}", NOW)
    inbox = Inbox()
    with mail_server(inbox) as port:
        assert sent(port, letter).kind == "refused"
    assert inbox.raw == []


@pytest.mark.parametrize(
    "address", ["kim", "kim@alder", "a@b@c.org", "kim@älder.example", "<kim@x.org>", "kim@x.org>,y@z.org"]
)
def test_what_is_no_plain_address_is_refused_before_the_server_hears_it(address):
    with pytest.raises(ValueError, match="no address"):
        as_mail(Letter("abc", address, "", "Subject", "Words"), server(25), "Office", NOW)


@pytest.mark.parametrize(
    ("said", "kind"), [("550 5.1.1 nobody Secret Person here", "refused"), ("450 later, Secret Person", "later")]
)
def test_a_refused_recipient_is_told_by_its_number_and_never_in_the_servers_words(said, kind):
    inbox = Inbox()
    inbox.answers = {"kim@alder.example": said}
    with mail_server(inbox) as port, MailLine(server(port), "", "Office") as line:
        heard = line.send(LETTER, NOW)
        other = line.send(Letter("b", "zoe@alder.example", "", "Subject", "Words"), NOW)
    assert heard.kind == kind and said[:3] in heard.why and "Secret" not in heard.why
    assert other.kind == "sent", "the next letter goes out all the same"


def test_a_line_that_breaks_after_the_letter_was_handed_over_leaves_it_open():
    inbox = Inbox()
    inbox.breaks = True
    with mail_server(inbox) as port:
        assert sent(port).kind == "unknown"
    assert len(inbox.mails) == 1


def test_a_server_that_is_down_is_said_by_name():
    with mail_server(Inbox()) as port:
        pass
    with pytest.raises(MailFault, match=f"127.0.0.1:{port} does not answer"):
        sent(port)


def test_starttls_that_is_demanded_and_not_offered_sends_nothing_in_the_clear():
    inbox = Inbox()
    with mail_server(inbox) as port, pytest.raises(MailFault, match="no STARTTLS, so nothing was sent"):
        sent(port, security="starttls", user="office", password="secret")
    assert inbox.raw == []


def test_starttls_protects_the_password_and_the_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    inbox, (path, context) = Inbox(), certificate(tmp_path)
    options = {"tls_context": context, "authenticator": knows("office", "secret"), "auth_required": True}
    with mail_server(inbox, **options) as port:
        with pytest.raises(MailFault, match="certificate is not trusted"):
            sent(port, security="starttls", user="office", password="secret")
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(MailFault, match=r"did not take the user and the password \(535\)") as fault:
            sent(port, security="starttls", user="office", password="wrong-secret")
        assert "wrong-secret" not in str(fault.value)
        assert sent(port, security="starttls", user="office", password="secret").kind == "sent"
    assert inbox.encrypted == [True]


def test_a_server_with_tls_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    inbox, (path, context) = Inbox(), certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with mail_server(inbox, ssl_context=context) as port:
        assert sent(port, security="tls").kind == "sent"
    assert inbox.encrypted == [True]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"sender": ""}, "which address messages come from"),
        ({"sender": "office@backbone.example\nBcc: x@y.org"}, "e-mail address in plain letters"),
        ({"sender_name": "Office\r\nBcc: x@y.org"}, "on one line"),
        ({"security": "none", "host": "mail.example.org"}, "on this machine alone"),
        ({"host": "mail.example.org\nx"}, "pattern"),
        ({"port": 0}, "greater than or equal"),
    ],
)  # fmt: skip
def test_settings_that_would_not_do_are_refused_in_words(told, fault):
    with pytest.raises(ValueError, match=fault):
        server(**{"port": 25, **told})
