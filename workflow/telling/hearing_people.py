"""What people who live with a measure say: statements they scored, and what they asked for with what was done.

Counts of people leave through `metrics.disclosure.declared_lists.scored_answers` alone, for whoever looks. Groups that
scored one statement on one day share no people, and a correction changes no count by 1 to 10: so nobody is left over
between two.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from data.ledger import kept_reads
from data.ledger.store import Store
from data.ledger.stories import people_asked
from data.ledger.stories.people_asked import Asked, Group, RequestKind, RequestStep, Scored, ScoreStep
from data.ledger.submissions import NotPossible
from metrics.disclosure.declared_lists import scored_answers
from metrics.disclosure.declared_lists.fixed_rungs import Told
from metrics.indicators import indicators
from schemas.policy.viewer import Viewer
from workflow.access.permitting import NotAllowed, require
from workflow.deciding import acting, kept_steps
from workflow.telling import telling_stories

SHORTEST, LONGEST = 10, 160
"""Letters of a statement, a request and an answer."""
MOST_PEOPLE = 1_000_000


@dataclass(frozen=True)
class Voice:
    """A statement as people of a group or place (None: all who were asked) scored it. `answers`: empty where hidden."""

    number: int
    step: int
    indicator: str
    statement: str
    group: Group | None
    asked_on: dt.date
    answers: Told


@dataclass(frozen=True)
class Request:
    """What people asked for, and what was done."""

    number: int
    step: int
    asked: Asked

    def days(self, today: dt.date) -> int:
        """Days until the answer, or so far."""
        return ((self.asked.answered_on or today) - self.asked.said_on).days


def read_voices(store: Store, viewer: Viewer) -> list[Voice]:
    """Every statement, the newest first. Raises NotAllowed."""
    require(viewer, "see_stories")
    return list(kept_reads.worked_out(store, _voices))


def _voices(store: Store) -> list[Voice]:
    smallest = store.partnership.policy.smallest_cell
    last = {one.score: one for one in kept_reads.read(store, people_asked.scores)}
    return [
        Voice(n, one.step, s.indicator, s.statement, s.group, s.asked_on, scored_answers.shown(s.counts, smallest))
        for n, one in sorted(last.items(), reverse=True)
        if one.kind == "entered"
        for s in [one.scored]
    ]


def read_requests(store: Store, viewer: Viewer) -> list[Request]:
    """Every request, those without an answer first, and of those alike the oldest. Raises NotAllowed."""
    require(viewer, "see_stories")
    return list(kept_reads.worked_out(store, _requests))


def _requests(store: Store) -> list[Request]:
    last = {one.request: one for one in kept_reads.read(store, people_asked.requests)}
    found = [Request(n, one.step, one.asked) for n, one in last.items() if one.kind != "withdrawn"]
    return sorted(found, key=lambda r: (r.asked.answered_on is not None, r.asked.said_on, r.number))


def enter(store: Store, viewer: Viewer, those: Sequence[Scored], *, actor: str) -> int:
    """Keep scores, all of them or none; how many they are. Raises NotAllowed, and NotPossible with what to do."""
    _refuse_others(store, viewer)
    if not those:
        raise NotPossible("there is no row in it. Write one row for each statement and group")
    fit = [_fit_scored(store, one) for one in those]
    with kept_steps.writing(store) as cur:
        known = people_asked.scores(cur)
        for one in fit:
            _refuse_what_tells(store, one, known)
            number = people_asked.next_number(cur, "score")
            step = ScoreStep(number, 1, "entered", one, "", _release(store), actor, store.now())
            people_asked.add_score(cur, step)
            known.append(step)
    return len(fit)


def _refuse_what_tells(store: Store, one: Scored, known: Iterable[ScoreStep]) -> None:
    """What is left over between two counts of one statement must be nobody, or as many as may be shown."""
    same = [
        s for s in known
        if (s.scored.indicator, s.scored.statement.casefold(), s.scored.asked_on)
        == (one.indicator, one.statement.casefold(), one.asked_on)
    ]  # fmt: skip
    if any((s.scored.group or ("",))[0] != (one.group or ("",))[0] for s in same):
        raise NotPossible("people of another grouping scored this statement on that day. Keep to one grouping")
    mine = [s for s in same if s.scored.group == one.group]
    taken_back = {s.score for s in mine if s.kind == "withdrawn"}
    if any(s.score not in taken_back for s in mine):
        raise NotPossible("this group scored this statement on that day already. Take the other back first")
    smallest = store.partnership.policy.smallest_cell
    moves = [abs(a - b) for s in mine for a, b in zip(s.scored.counts, one.counts, strict=True)]
    if any(0 < move < smallest for move in moves):
        raise NotPossible(f"a count would change by fewer than {smallest} people, which tells of them")


def take_back(store: Store, viewer: Viewer, number: int, seen: int, *, reason: str, actor: str) -> None:
    """Take a score back, with the reason. Raises as `enter` does."""
    _refuse_others(store, viewer)
    why = kept_steps.fit_reason(store, reason)
    with kept_steps.writing(store) as cur:
        last = next((s for s in reversed(people_asked.scores(cur)) if s.score == number), None)
        if last is None or last.step != seen or last.kind == "withdrawn":
            raise NotPossible("this score is not there any more. Look again")
        people_asked.add_score(
            cur, replace(last, step=seen + 1, kind="withdrawn", reason=why, release=_release(store), actor=actor,
                         at=store.now()))  # fmt: skip


def hear(store: Store, viewer: Viewer, asked: Asked, *, actor: str) -> int:
    """Keep what people asked for; its number. Raises NotAllowed, and NotPossible with what to do."""
    _refuse_others(store, viewer)
    _refuse_unknown(store, asked.indicator, asked.group)
    said = replace(asked, said=_fit_words(store, asked.said, "what they said"), answer="", answered_on=None)
    _refuse_day(store, said.said_on)
    with kept_steps.writing(store) as cur:
        last = {one.request: one for one in people_asked.requests(cur)}
        if any(one.kind == "heard" and one.asked == said for one in last.values()):
            raise NotPossible("this is recorded already")
        number = people_asked.next_number(cur, "request")
        people_asked.add_request(
            cur, RequestStep(number, 1, "heard", said, "", _release(store), actor, store.now())
        )  # fmt: skip
    return number


def answer(store: Store, viewer: Viewer, number: int, seen: int, words: str, day: dt.date, *, actor: str) -> None:
    """Say what was done about a request, and when. Raises NotAllowed, and NotPossible with what to do."""
    _refuse_others(store, viewer)
    said = _fit_words(store, words, "what was done")
    _refuse_day(store, day)
    _next(store, number, seen, "answered", actor, answer=said, answered_on=day)


def drop(store: Store, viewer: Viewer, number: int, seen: int, *, reason: str, actor: str) -> None:
    """Take a request back that was recorded by mistake, with the reason. Raises as `answer` does."""
    _refuse_others(store, viewer)
    _next(store, number, seen, "withdrawn", actor, reason=kept_steps.fit_reason(store, reason))


def _next(
    store: Store, number: int, seen: int, kind: RequestKind, actor: str, *, reason: str = "", answer: str = "",
    answered_on: dt.date | None = None,
) -> None:  # fmt: skip
    with kept_steps.writing(store) as cur:
        last = next((r for r in reversed(people_asked.requests(cur)) if r.request == number), None)
        if last is None or last.step != seen or last.kind == "withdrawn":
            raise NotPossible("someone changed this meanwhile. Look at it, and then say it again")
        asked = last.asked
        if answered_on is not None:
            if answered_on < asked.said_on:
                raise NotPossible("the answer cannot be of an earlier day than the request")
            asked = replace(asked, answer=answer, answered_on=answered_on)
        people_asked.add_request(
            cur, RequestStep(number, seen + 1, kind, asked, reason, _release(store), actor, store.now())
        )  # fmt: skip


def _refuse_others(store: Store, viewer: Viewer) -> None:
    if not telling_stories.may_write(store, viewer):
        raise NotAllowed


def _release(store: Store) -> int:
    return kept_steps.release_shown(store, "What people say")


def _refuse_unknown(store: Store, indicator: str, group: Group | None) -> None:
    if indicator not in indicators():
        raise NotPossible(f"no measure is called “{indicator}”. Choose one from the list")
    if group is not None and group not in [*acting.groups(), *acting.read_places(store)]:
        raise NotPossible("choose the group or the place from the list")


def _refuse_day(store: Store, day: dt.date) -> None:
    if day > store.partnership.day or not kept_steps.near(store, day):
        raise NotPossible("choose a day of the last ten years")


def _fit_words(store: Store, words: str, what: str) -> str:
    said = " ".join(words.split())
    if not SHORTEST <= len(said) <= LONGEST:
        raise NotPossible(f"write {what} in {SHORTEST} to {LONGEST} letters: these are {len(said)}")
    return kept_steps.fit_words(store, said)


def _fit_scored(store: Store, one: Scored) -> Scored:
    _refuse_unknown(store, one.indicator, one.group)
    _refuse_day(store, one.asked_on)
    if not all(0 <= n <= MOST_PEOPLE for n in one.counts) or not sum(one.counts):
        raise NotPossible("write how many people agree, are unsure and disagree, in whole numbers from 0 on")
    return replace(one, statement=_fit_words(store, one.statement, "the statement"))
