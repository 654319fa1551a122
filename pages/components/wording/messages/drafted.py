"""Drafts of messages: names, days and files, and never a figure. Staff look at each before it goes out."""

from collections.abc import Sequence
from typing import NamedTuple

from data.reporting.reporting_calendar import Entry
from pages.components.wording.calendar_words import of, overdue, period, sentence
from pages.components.wording.count_words import day, listed, many
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Partnership
from workflow.messaging.occasions import Occasion

_LONGEST_SUBJECT = 120
ALL = "Everyone who reads releases"


class Drafted(NamedTuple):
    """A subject and the words beneath it."""

    subject: str
    words: str

    @property
    def whole(self) -> str:
        """Both, to be copied."""
        return f"Subject: {self.subject}\n\n{self.words}\n"


def draft(about: Occasion, partner: str, settings: Partnership) -> Drafted:
    """The message that is proposed about something; `partner`: the name of whom it is for."""
    match about.kind:
        case "reminder":
            return reminder(about.entries, partner, settings) or Drafted("", "")
        case "findings":
            return _findings(about, settings)
        case "appeal":
            return _appeal(about, settings)
    return _release(about, settings)


def what(about: Occasion) -> str:
    """What a message is about, in a few words."""
    if about.kind == "reminder":
        gone = overdue(about.entries)
        return f"{many(len(gone), 'file is missing', 'files are missing')}" if gone else "Files are due soon"
    if about.entry:
        title = DATASETS[about.entry.dataset].title
        return f"{title}: awaiting acceptance" if about.until else f"{title}: warnings without a reason"
    return "An appeal was answered" if about.appeal else f"Release {about.release} was made"


def reminder(entries: Sequence[Entry], partner: str, settings: Partnership) -> Drafted | None:
    """A letter that names what is not in; None when everything is."""
    gone, waits = overdue(entries), of(entries, "to come")
    open_ones = [*gone, *waits] if len({e.days for e in entries}) > 1 else gone or waits
    if not open_ones:
        return None
    came = [e for e in entries if e.came]
    asked = "Not yet in:" if gone else "Soon due:"
    lines = [f"- {DATASETS[e.dataset].title}, {period(e.days)}: {sentence(e)}" for e in open_ones]
    files = many(len(came), "other file for this time is", "other files for this time are")
    thanks = [f"{files} in: thank you."] if came else []
    return Drafted(
        _subject(open_ones, partner),
        _letter(
            settings, f"{asked}\n\n" + "\n".join(lines), *thanks,
            f"Please send {'it' if len(open_ones) == 1 else 'them'} on the page “Submit data”. It says at once what to "
            "fix. If something is in the way, answer this message.",
            path="send-data",
        ),
    )  # fmt: skip


def _subject(open_ones: Sequence[Entry], partner: str) -> str:
    names = listed(list(dict.fromkeys(DATASETS[e.dataset].title.lower() for e in open_ones)))
    spans = listed(list(dict.fromkeys(period(e.days) for e in open_ones)))
    whole = f"{spans}: {names} from {partner}"
    return whole if len(whole) <= _LONGEST_SUBJECT else f"Files that are due from {partner}"


def _findings(about: Occasion, settings: Partnership) -> Drafted:
    assert about.entry
    title, sent = DATASETS[about.entry.dataset].title, day(about.entry.at.date())
    if about.until:
        said = (
            f"Your file “{title}” was checked on {sent}. It is awaiting acceptance until {day(about.until)}. After "
            "that day its rows are deleted."
        )
    else:
        said = f"Your file “{title}” was accepted on {sent}. Some of its warnings have no reason yet."
    ask = "Please open the page “Submit data”. It says what to fix, or where to say why it is right."
    return Drafted(f"{title}: something waits for you", _letter(settings, said, ask, path="send-data"))


def _appeal(about: Occasion, settings: Partnership) -> Drafted:
    assert about.appeal and about.appeal.answer
    title = DATASETS[about.appeal.note.file.dataset].title
    said = f"Your appeal about “{title}” was answered on {day(about.appeal.answer.at.date())}."
    ask = "Please read the answer on the page “Submit data”, below what you sent."
    return Drafted(f"{title}: your appeal was answered", _letter(settings, said, ask, path="send-data"))


def _release(about: Occasion, settings: Partnership) -> Drafted:
    assert about.release and about.released_on
    said = f"Release {about.release} was made on {day(about.released_on)}. The scorecard shows what changed."
    return Drafted(
        f"{settings.name}: release {about.release}",
        _letter(settings, said, "Figures are on the pages alone, so that each reader sees what they may.", path=""),
    )


def _letter(settings: Partnership, *parts: str, path: str) -> str:
    """The parts of a letter with the link to where it is done, and who writes."""
    link = [f"{settings.sign_in.address}/{path}"] if settings.sign_in.address else []
    return "\n\n".join(["Hello,", *parts, *link, settings.name])
