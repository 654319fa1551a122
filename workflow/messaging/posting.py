"""Sending messages: each to each recipient once. What was tried is put down before and after, so that a crash between
leaves a question to a person and never a second letter."""

import datetime as dt
import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from data.ledger import kept_reads
from data.ledger.data_folder import NotReady
from data.ledger.messages import message_log
from data.ledger.messages.message_log import NEVER_LEFT, OPEN, Kind, Message, Sending, Step
from data.ledger.people import secrets_file
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from data.mailing.smtp_delivery import Letter, MailFault, MailLine
from schemas.policy.access.permissions import may
from schemas.policy.viewer import Viewer
from workflow import reading
from workflow.access.permitting import require
from workflow.messaging import letter_fitness, occasions, recipients
from workflow.messaging.occasions import Occasion
from workflow.messaging.recipients import Recipient

WAITS = tuple(dt.timedelta(minutes=m) for m in (5, 30, 120, 480, 1440))
"""After each try that the server put off; after the last it is given up."""
NO_SERVER = "no mail server is set up: say it under [mail] in concord.toml, and start Concord again"
_UNKNOWN = "the server stopped while it was sent. It may have arrived"
_GONE = "of a partner that left"
_log = logging.getLogger("concord")


@dataclass(frozen=True)
class Draft:
    """What is to be sent: `occasion` by its key, subject and words, the addresses, the day (None: now).

    `drafted`: subject and words as they were proposed.
    """

    occasion: str
    subject: str
    words: str
    to: tuple[str, ...]
    drafted: str
    on: dt.date | None = None


def read_recipients(store: Store, viewer: Viewer, occasion: Occasion) -> list[Recipient]:
    """Who may get a message about something. Raises NotAllowed."""
    require(viewer, "send_messages")
    return _recipients(store, occasion.partner_id)


def read_messages(store: Store, viewer: Viewer) -> list[Message]:
    """Every message and what became of it, the newest first; who a partner was that left is not said. Raises
    NotAllowed."""
    require(viewer, "see_messages")
    gone = reading.read_naming(store, viewer).gone
    return [_of_gone(m) if m.partner_id in gone else m for m in kept_reads.read(store, message_log.messages)]


def _of_gone(message: Message) -> Message:
    hidden = tuple(replace(s, address=_GONE, name="") for s in message.sendings)
    return replace(message, subject=_GONE, words="", sendings=hidden)


def post(store: Store, viewer: Viewer, draft: Draft, *, actor: str) -> int:
    """Keep a message that is to be sent, now or on a day; returns its number. It is not sent yet.

    Raises NotAllowed, and NotPossible with what to do: also where the same was sent meanwhile.
    """
    require(viewer, "send_messages")
    server = store.partnership.mail
    if not server.host:
        raise NotPossible(NO_SERVER)
    if draft.on and draft.on < store.partnership.day:
        raise NotPossible("choose a day from today on")
    with store.deciding, transaction(store.cursor()) as cur:
        about = next((o for o in occasions.proposed(store) if o.key == draft.occasion), None)
        if about is None:
            raise NotPossible(_why_not(cur, draft.occasion))
        to = _chosen(store, about, draft.to)
        signs = actor.partition(":")[2]
        subject, words = letter_fitness.fit(
            store, draft.subject, draft.words, draft.drafted, [*(r.name for r in to), signs]
        )
        leaves = dt.datetime.combine(draft.on, dt.time(server.hour)) if draft.on else store.now()
        message = Message(0, about.key, about.kind, about.partner_id, subject, words, leaves, actor, store.now(), ())
        return message_log.add(cur, message, [(r.address, r.name) for r in to])


def _why_not(cur: duckdb.DuckDBPyConnection, key: str) -> str:
    sent = next((m for m in message_log.messages(cur) if m.occasion == key), None)
    if sent is None:
        return "what this message is about has changed meanwhile. Look at the page again"
    return f"this message was settled already, on {sent.at:%Y-%m-%d}. Nothing is sent twice"


def _recipients(store: Store, partner_id: str | None) -> list[Recipient]:
    if partner_id is None:
        return recipients.of_all(store)
    found = next((p for p in store.partnership.members if p.id == partner_id), None)
    return recipients.of_partner(store, found) if found else []


def _chosen(store: Store, about: Occasion, to: Sequence[str]) -> list[Recipient]:
    able = {r.address: r for r in _recipients(store, about.partner_id) if not r.fault}
    if not to:
        raise NotPossible("choose at least one recipient")
    if set(to) - set(able):
        raise NotPossible("someone chosen is no longer listed. Look at the recipients again")
    return [able[address] for address in dict.fromkeys(to)]


def send_now(store: Store, viewer: Viewer, number: int) -> Message:
    """Send a message to everyone it still waits for, when its time has come; how it stands then. Raises NotAllowed."""
    require(viewer, "send_messages")
    _send(store, _message(store, number))
    return _message(store, number)


def cancel(store: Store, viewer: Viewer, number: int, *, actor: str) -> None:
    """Take a message back from everyone to whom it was not sent. Raises NotAllowed, and NotPossible where there is
    nobody."""
    require(viewer, "send_messages")
    _mark(store, number, OPEN, "canceled", actor, "it was sent already, or is being sent")


def try_again(store: Store, viewer: Viewer, number: int, *, actor: str) -> None:
    """Let a message go once more to those of whom it is not known to have arrived. Raises NotAllowed, and NotPossible
    where there is nobody."""
    require(viewer, "send_messages")
    failed: tuple[Kind, ...] = ("refused", "unknown", "given up", "later")
    _mark(store, number, failed, "waiting", actor, "nobody of it is left to send it to")


def note(store: Store, viewer: Viewer, number: int, *, actor: str) -> None:
    """Say that somebody has seen who did not get a message, and leaves it so. Raises NotAllowed, and NotPossible where
    there is nobody."""
    require(viewer, "send_messages")
    _mark(store, number, ("refused", "unknown", "given up"), "noted", actor, "nobody of it is left to look at")


def _mark(store: Store, number: int, those: Sequence[Kind], kind: Kind, actor: str, nobody: str) -> None:
    with store.deciding, transaction(store.cursor()) as cur:
        chosen = [s for s in _known(cur, number).sendings if s.last.kind in those]
        if not chosen:
            raise NotPossible(nobody)
        for sending in chosen:
            message_log.step(cur, number, sending, Step(kind, "", actor, store.now()))


def _message(store: Store, number: int) -> Message:
    return _known(store.cursor(), number)


def _known(cur: duckdb.DuckDBPyConnection, number: int) -> Message:
    found = message_log.messages(cur, number)
    if not found:
        raise NotPossible(f"there is no message {number}")
    return found[0]


def send_due(store: Store) -> None:
    """Send whatever is to go out by now: asked by the server itself, again and again."""
    for message in reversed(kept_reads.read(store, message_log.messages)):
        if message.is_open:
            _send(store, message)


def settle_interrupted(store: Store) -> None:
    """Once when the server starts: what was being sent when it stopped may have arrived, and is not sent again."""
    for message in kept_reads.read(store, message_log.messages):
        for sending in message.sendings:
            if sending.last.kind == "sending":
                _tell(store, message.message, sending.recipient, ("sending",), "unknown", _UNKNOWN)


def _send(store: Store, message: Message) -> None:
    now, server = store.now(), store.partnership.mail
    due = [s for s in message.sendings if s.last.kind in OPEN and now >= _leaves(message, s)]
    if not due or not server.host:
        return
    listed = {r.address for r in _recipients(store, message.partner_id) if not r.fault}
    so = occasions.still_so(store, message)
    for sending in due:
        if not so or sending.address not in listed:
            why = "they are no longer listed" if so else "what it was about is done"
            _tell(store, message.message, sending.recipient, OPEN, "dropped", why)
    if so and (left := [s for s in due if s.address in listed]):
        _hand_over(store, message, left)


def _leaves(message: Message, sending: Sending) -> dt.datetime:
    if sending.last.kind == "later":
        return sending.last.at + WAITS[min(sending.tries, len(WAITS)) - 1]
    return message.leaves_at


def _hand_over(store: Store, message: Message, due: Sequence[Sending]) -> None:
    server = store.partnership.mail
    try:
        password = secrets_file.mail_password(store.folder) if server.user else ""
        with MailLine(server, password, server.sender_name or store.partnership.name) as line:
            for sending in due:
                if not _tell(store, message.message, sending.recipient, OPEN, "sending", ""):
                    continue  # another tab, or the server's own round, was first
                letter = Letter(
                    _identity(store, message, sending), sending.address, sending.name, message.subject, message.words
                )
                outcome = line.send(letter, dt.datetime.now(dt.UTC))
                kind: Kind = "given up" if _too_often(sending, outcome.kind) else outcome.kind
                _tell(store, message.message, sending.recipient, ("sending",), kind, outcome.why)
    except (MailFault, NotReady) as fault:
        _log.warning("mail: %s", fault)
        for sending in due:
            given_up: Kind = "given up" if _too_often(sending, "later") else "later"
            _tell(store, message.message, sending.recipient, OPEN, given_up, str(fault))


def _too_often(sending: Sending, kind: str) -> bool:
    return kind == "later" and sending.tries >= len(WAITS)


def _identity(store: Store, message: Message, sending: Sending) -> str:
    """The same for each try, so that a mail program which gets it twice shows it once; and it tells nothing."""
    said = f"message {message.message} to {sending.recipient} of {store.identity}"
    return hmac.digest(store.key, said.encode(), hashlib.sha256).hex()[:32]


def _tell(store: Store, number: int, recipient: int, after: Sequence[Kind], kind: Kind, why: str) -> bool:
    """Put a step down where the last one is as expected; whether it was."""
    with store.deciding, transaction(store.cursor()) as cur:
        sending = next(s for s in _known(cur, number).sendings if s.recipient == recipient)
        if sending.last.kind not in after:
            return False
        message_log.step(cur, number, sending, Step(kind, why, "", store.now()))
        return True


def may_send(store: Store, viewer: Viewer) -> bool:
    """Whether the viewer may send messages, and there is a server to take them."""
    return may(viewer, "send_messages") and bool(store.partnership.mail.host)


def never_left(message: Message) -> bool:
    """Whether nobody got it."""
    return all(s.last.kind in NEVER_LEFT for s in message.sendings)
