"""A letter to the mail server, one recipient at a time, so that no recipient sees another.

An answer of the server is told in our own words and its number: what else it says is nobody's to repeat.
"""

import datetime as dt
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import TracebackType
from typing import Literal, NamedTuple

from schemas.policy.messages.mail_server import MailServer, is_address, one_line

SECONDS = 15
"""For each answer of the server."""


class Outcome(NamedTuple):
    """What came of a try. `later`: the server may take it another time; `unknown`: the line broke after the letter was
    handed over, so it may have arrived."""

    kind: Literal["sent", "refused", "later", "unknown"]
    why: str = ""


class MailFault(Exception):
    """Nothing can be sent now; the words say why, and what to do."""


@dataclass(frozen=True)
class Letter:
    """One message to one recipient. `identity`: a word that stays the same however often it is tried."""

    identity: str
    address: str
    name: str
    subject: str
    words: str


def as_mail(letter: Letter, server: MailServer, sender_name: str, at: dt.datetime) -> EmailMessage:
    """The letter as mail: plain text, names in any letters. Raises ValueError for what could end a header's line."""
    for text in (letter.identity, letter.address, letter.name, letter.subject, sender_name):
        if not one_line(text):
            raise ValueError("a line break stands in a name, an address or a subject")
    if not is_address(letter.address):
        raise ValueError("this is no address that mail can be sent to")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(sender_name, addr_spec=server.sender)
    mail["To"] = Address(letter.name, addr_spec=letter.address)
    if server.reply_to:
        mail["Reply-To"] = Address(addr_spec=server.reply_to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at.replace(tzinfo=dt.UTC))
    mail["Message-ID"] = f"<{letter.identity}@{server.sender.rpartition('@')[2]}>"
    mail.set_content(letter.words, cte="quoted-printable")
    return mail


class MailLine:
    """An open line to the mail server; a context. Raises MailFault when there is none to be had."""

    def __init__(self, server: MailServer, password: str, sender_name: str) -> None:
        self._server, self._password, self._name = server, password, sender_name
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> "MailLine":
        try:
            self._line = self._open()
        except MailFault:
            raise
        except ssl.SSLError:
            raise MailFault("the mail server's certificate is not trusted, so nothing was sent") from None
        except smtplib.SMTPAuthenticationError as error:
            raise MailFault(f"the mail server did not take the user and the password ({error.smtp_code})") from None
        except smtplib.SMTPResponseException as error:
            raise MailFault(f"the mail server lets nobody in now ({error.smtp_code})") from None
        except smtplib.SMTPNotSupportedError:
            raise MailFault("the mail server offers no way to sign in: leave `user` out, or ask its staff") from None
        except (OSError, smtplib.SMTPException):
            raise MailFault(f"the mail server {self._server.host}:{self._server.port} does not answer") from None
        return self

    def _open(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            line.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                if not line.has_extn("starttls"):
                    raise MailFault("the mail server offers no STARTTLS, so nothing was sent")
                line.starttls(context=context)
                line.ehlo_or_helo_if_needed()
            if server.user:
                line.login(server.user, self._password)
        except BaseException:
            line.close()
            raise
        return line

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._line:
            try:
                self._line.quit()
            except (OSError, smtplib.SMTPException):
                self._line.close()

    def send(self, letter: Letter, at: dt.datetime) -> Outcome:
        """Hand one letter over; `at`: now, in UTC. Each step is asked for by itself, so that it is known whether the
        letter had left when the line broke."""
        assert self._line
        try:
            mail = as_mail(letter, self._server, self._name, at).as_bytes()
        except ValueError as error:
            return Outcome("refused", str(error))
        handed_over = False
        try:
            if refused := self._asked(letter.address):
                return refused
            handed_over = True
            return _heard(self._line.data(mail)[0], "the letter")
        except smtplib.SMTPDataError as error:  # told before the letter was asked for
            return _heard(error.smtp_code, "the letter")
        except (OSError, smtplib.SMTPException):
            if handed_over:
                return Outcome("unknown", "the line broke while the letter was handed over. It may have arrived")
            return Outcome("later", "the line to the mail server broke")

    def _asked(self, address: str) -> Outcome | None:
        assert self._line
        for what, answer in (
            ("the sender", lambda line: line.mail(self._server.sender)),
            ("the address", lambda line: line.rcpt(address)),
        ):
            heard = _heard(answer(self._line)[0], what)
            if heard.kind != "sent":
                self._line.rset()
                return heard
        return None


def _heard(code: int, what: str) -> Outcome:
    """What a number of the server means (RFC 5321, 4.2.1): 2xx yes, 4xx another time, 5xx no."""
    if 200 <= code < 300:
        return Outcome("sent")
    if 400 <= code < 500:
        return Outcome("later", f"the mail server cannot take {what} now ({code})")
    return Outcome("refused", f"the mail server refused {what} ({code})")
