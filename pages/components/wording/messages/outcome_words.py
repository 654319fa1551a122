"""What became of a message, in words."""

from collections.abc import Sequence

from data.ledger.messages.message_log import Message, Sending
from pages.components.sections.history_view import moment
from pages.components.wording.count_words import many

KINDS = {
    "reminder": "Reminder", "findings": "A file that waits", "appeal": "Answer to an appeal",
    "release": "A new release",
}  # fmt: skip
_WORDS = {
    "waiting": "Waits", "sending": "Being sent", "sent": "✓ Sent", "refused": "✗ Refused", "later": "Put off",
    "unknown": "? May have arrived", "canceled": "Taken back", "dropped": "Not sent", "given up": "✗ Given up",
    "noted": "Did not arrive, as far as is known",
}  # fmt: skip
NEEDS_A_LOOK = ("refused", "unknown", "given up")
LEAD = "Drafts name days and files, never a figure. You read each before it goes out. Nothing is sent twice."


def outcome(message: Message, sending: Sending) -> str:
    """How it stands for one recipient."""
    last = sending.last
    if last.kind == "waiting" and len(sending.steps) == 1:
        return f"Goes out from {moment(message.leaves_at)}"
    return f"{_WORDS[last.kind]}: {last.why}" if last.why else _WORDS[last.kind]


def headline(worth: int, known: Sequence[Message]) -> str:
    """The page's sentence: what did not arrive first, then what is worth sending."""
    stuck = sum(any(s.last.kind in NEEDS_A_LOOK for s in m.sendings) for m in known)
    if stuck:
        return f"{many(stuck, 'message needs', 'messages need')} a look: someone may not have got it"
    if worth:
        return f"{many(worth, 'message is', 'messages are')} worth sending"
    return "Nobody waits for a message"


def of_auditor(known: Sequence[Message]) -> str:
    """The sentence for who only reads."""
    return f"{many(len(known), 'message was', 'messages were')} settled" if known else "No message was sent yet"


def sent_to(message: Message) -> str:
    """What came of it just now, for who pressed the button."""
    sent = sum(s.last.kind == "sent" for s in message.sendings)
    others = [s for s in message.sendings if s.last.kind != "sent"]
    if not others:
        return f"Sent to {many(sent, 'recipient')}."
    if not sent and len({outcome(message, s) for s in others}) == 1:
        return f"{outcome(message, others[0])}."
    return f"Sent to {sent:,} of {many(len(message.sendings), 'recipient')}. The list below says why."
