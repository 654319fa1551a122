"""The trail of a submission: what happened to it, who did it and when."""

import datetime as dt
from html import escape

from data.discussing.notes import Note
from data.discussing.submission_history import Line
from data.ledger.submissions import Submission
from pages.components.layout import page_state
from pages.components.wording.count_words import day, many

_MARKS = {"accepted", "released", "withdrawn", "upheld", "not upheld"}


def trail_html(lines: list[Line], entry: Submission, late: str = "") -> str:
    """The lines as HTML, oldest first. `late`: which rows came too late to count. Text is escaped."""
    items = "".join(_item(line, entry) for line in lines)
    items += f"<li><b>Too late to count</b><br><small>{escape(late)}.</small></li>" if late else ""
    return f'<ol class="s-trail" aria-label="What happened to submission {entry.submission}">{items}</ol>'


def _item(line: Line, entry: Submission) -> str:
    kind = ' class="s-mark"' if line.kind in _MARKS else ""
    said = f'<p class="s-said">{escape(line.note.words)}</p>' if line.note else ""
    by = f"{who(line.actor)}, {moment(line.at)}"
    return f"<li{kind}><b>{escape(_what(line, entry))}</b><br><small>{escape(by)}</small>{said}</li>"


def _what(line: Line, entry: Submission) -> str:
    if line.kind == "checked":
        blocked = f", {entry.rows_blocked:,} blocked" if entry.rows_blocked else ""
        return f"Received and checked: {many(entry.rows_kept, 'good row')}{blocked}"
    named = about(line.note) if line.note else ""
    return _WHAT[line.kind].format(release=line.release, about=named)


_WHAT = {
    "left": "Discarded: its rows were deleted",
    "accepted": "Accepted",
    "withdrawn": "Withdrawn: its rows stopped counting",
    "released": "Shown to everyone in release {release}",
    "dropped": "No longer in release {release}",
    "reason": "Warning justified: {about}",
    "comment": "Comment",
    "appeal": "Appeal to backbone staff: {about}",
    "upheld": "Appeal upheld: {about}",
    "not upheld": "Appeal not upheld: {about}",
}


def about(note: Note) -> str:
    """What a note is about, in words."""
    if note.rule is None:
        return "the file or a figure"
    rules = page_state.store().partnership.rules
    title = rules[note.rule].title if note.rule in rules else note.rule
    return f"“{title}”" + (f" in {note.column.replace('_', ' ')}" if note.column else "")


def quoted(what: str, words: str, by: str) -> str:
    """Words with what they are and who said them, as HTML. Text is escaped."""
    return (
        f'<div class="s-quote"><b>{escape(what)}</b> <small>{escape(by)}</small>'
        f'<p class="s-said">{escape(words)}</p></div>'
    )


def who(actor: str) -> str:
    """The actor of a step in words."""
    way, _, name = actor.rpartition(":")
    if not way and name in _WHO:
        return _WHO[name]
    return _BY.get(way, "{}").format(name if way in ("backbone", "person") else _name_of(name))


def _name_of(partner_id: str) -> str:
    """Backbone staff and the partner itself read a submission's history: others are not in it."""
    names = {p.id: p.name for p in page_state.store().partnership.members}
    return names.get(partner_id, "a partner of before")


_BY = {
    "job": "Scheduled job of {}",
    "cli": "Command line, for {}",
    "watch": "Watched folder of {}",
    "backbone": "Backbone staff ({})",
    "person": "{}",
}
_WHO = {
    "": "Not recorded",
    "backbone": "Backbone staff",
    "leader": "Partnership leader",
    "cli": "Command line",
    "left": "Concord, because the partner left",
    "agreement": "Concord, because the agreement ended",
    "deletion": "Concord, as its rows were deleted for good",
    "start": "Concord, at a start",
    "demo": "Made with the demo",
    "concord": "Concord, because nobody decided in time",
}


def moment(at: dt.datetime) -> str:
    """A moment as 9 Dec 2026, 14:03 UTC."""
    return f"{day(at)}, {at:%H:%M} UTC"
