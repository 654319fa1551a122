"""What may stand in a message, which leaves the server unprotected: no patient, no figure, no address but our own."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.messages.mail_server import one_line
from workflow import discussing

LONGEST_SUBJECT, LONGEST = 150, 4_000
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAYS = re.compile(
    rf"\b\d{{1,2}}\.? {_MONTH}\.?(?: \d{{4}})?\b|\b{_MONTH}\.? \d{{1,2}}(?:, \d{{4}})?\b|\b{_MONTH}\.? \d{{4}}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b[01]?\d(?::[0-5]\d)? ?[ap]\.?m\b|\b[0-2]?\d:[0-5]\d\b|\b20\d\d\b|\bQ[1-4]\b",
    re.IGNORECASE,
)
"""Days and times, which a message needs; every other number could be a figure."""
_NUMBER = re.compile(r"\w*\d[\w.,%]*")
_SPELLED = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|a single|a dozen"
)
_PEOPLE = (
    "patients?|persons?|people|clients?|women|men|woman|man|child|children|adults?|deaths?|stays?|readmissions?|visits?"
)
_COUNTED = re.compile(rf"\b(?:{_SPELLED})\b(?: [a-z-]+){{0,2}} (?:{_PEOPLE})\b", re.IGNORECASE)
_BARE = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b", re.IGNORECASE)


def fit(store: Store, subject: str, words: str, drafted: str, names: Iterable[str]) -> tuple[str, str]:
    """Subject and words as they may leave. `drafted`: the draft that was proposed, whose numbers may stand: they count
    files and name releases. `names`: those of the recipients and of who signs.

    Raises NotPossible, with what to do.
    """
    subject, words = subject.strip(), words.replace("\r\n", "\n").strip()
    if not 3 <= len(subject) <= LONGEST_SUBJECT or not one_line(subject):
        raise NotPossible(f"write a subject of 3 to {LONGEST_SUBJECT} letters, on one line")
    if not 20 <= len(words) <= LONGEST:
        raise NotPossible(f"write a message of 20 to {LONGEST:,} letters: these are {len(words):,}")
    if not all(c.isprintable() or c == "\n" for c in words):
        raise NotPossible("a control character stands in the message. Type it anew")
    whole = _without_our_links(store, f"{subject}\n{words}")
    known = [*names, store.partnership.sign_in.contact]
    for line in filter(None, map(str.strip, whole.splitlines())):
        discussing.refuse_personal(store, line, known)
    if _BARE.search(whole):
        raise NotPossible("write no address of another site. Links lead to this Concord alone")
    _refuse_figures(whole, drafted)
    return subject, words


def _without_our_links(store: Store, text: str) -> str:
    """The text without links to the partnership's own address; what only begins like it stays."""
    ours = store.partnership.sign_in.address
    for link in re.findall(r"\S+://\S+", text):
        found = urlsplit(link.rstrip('.,;:)!?”"'))
        if ours and f"{found.scheme}://{found.netloc}" == ours:
            text = text.replace(link, " ", 1)
    return text


def _refuse_figures(text: str, drafted: str) -> None:
    """A number that is no day and was not drafted could be a count that is hidden on every page."""
    there = set(_NUMBER.findall(_DAYS.sub(" ", drafted)))
    new = [n for n in _NUMBER.findall(_DAYS.sub(" ", text)) if n.rstrip(".,") not in {t.rstrip(".,") for t in there}]
    if new or _COUNTED.search(text):
        raise NotPossible("write no figures in a message: mail is open to others. The pages show them to who may see")
