"""What a pack adds to a release's figures of what was learned: the stories, the voices, and what actions changed."""

from dataclasses import replace

from data.ledger.stories.people_asked import Asked
from metrics.counting.declaration import Indicator
from metrics.judging import figure_words
from metrics.judging.figure_words import month
from pages.components.actions import known_actions
from pages.components.charts import impact_figure
from pages.components.evaluating import judged_actions
from pages.components.evaluating.judged_actions import Judged
from pages.components.layout import page_state
from pages.components.packs.contents import Effect, Pack, Side, Table
from pages.components.stories import known_stories, story_words
from pages.components.wording.count_words import day
from pages.components.wording.evaluating import impact_words
from schemas.policy.viewer import Viewer

STORY, VOICES, REQUESTS = "What is behind it", "What people say", "You said, we did"
_STORY_HEADS = ("Measure", "Asked", "What it says", "Written")
_REQUEST_HEADS = ("Measure", "You said", "Who and when", "We did", "Told on")


def with_stories(of: Pack, who: Viewer) -> Pack:
    """A pack with each measure's story, what people say of it and what they asked for, as far as a reader may know.

    No word of it depends on the day, so a request without an answer is only said to have none.
    """
    titles = {sheet.id: sheet.title for sheet in of.sheets}
    with page_state.seen_by(who):
        names = known_actions.names()
        told = [
            (titles[i], story_words.TITLES[n.part], story_words.words(n, names), story_words.byline(n))
            for i in titles for n in known_stories.story(i).told
        ]  # fmt: skip
        said = [(titles[i], *story_words.voice_row(v)) for i in titles for v in known_stories.voices(i)]
        asked = [_request(titles[i], one.asked) for i in titles for one in known_stories.requests(i)]
    parts = (
        Table(STORY, "story", _STORY_HEADS, tuple(told), (1.4, 1.2, 4, 1.6)),
        Table(VOICES, "voices", ("Measure", *story_words.VOICE_HEADS), tuple(said), (1.4, 2, 1.4, 1, 0.8, 2.2)),
        Table(REQUESTS, "requests", _REQUEST_HEADS, tuple(asked), (1.4, 2, 1.6, 2.4, 1)),
    )
    return replace(of, stories=tuple(one for one in parts if one.rows))


def _request(title: str, asked: Asked) -> tuple[str, ...]:
    whom = f"{story_words.whom(asked.group)}, {day(asked.said_on)}"
    return (title, asked.said, whom, asked.answer or story_words.NO_ANSWER,
            day(asked.answered_on) if asked.answered_on else "–")  # fmt: skip


def with_effects(of: Pack, who: Viewer) -> Pack:
    """A pack with what each action changed that can be judged, in the words and with the picture of its page."""
    known, places = page_state.definitions(), [sheet.id for sheet in of.sheets]
    with page_state.seen_by(who):
        found = [
            _effect(one, known[one.said.action.indicator])
            for one in judged_actions.judged(known)
            if one.said and one.said.verdict != "not enough data" and one.said.action.indicator in places
        ]
    return replace(of, effects=tuple(sorted(found, key=lambda e: places.index(e.about))))


def _effect(one: Judged, indicator: Indicator) -> Effect:
    said, scale, seen = one.said, figure_words.scale_of(indicator), one.said.picture if one.said else None
    assert said
    sides = []
    if seen:
        known = [("taking part", seen.taking), ("the others", seen.others)]
        sides = [Side(name, tuple(map(float, line))) for name, line in known if len(line)]
        if len(seen.expected):
            blank = (None,) * said.before
            sides.append(Side("if it had moved like the others", (*blank, *map(float, seen.expected))))
    return Effect(
        action=one.recorded.name,
        about=indicator.id,
        headline=impact_words.headline(said, indicator),
        found=tuple(impact_words.found(said, indicator)),
        rests_on=(*impact_words.rests_on(said, page_state.shared_names()), *impact_words.assumption(said)),
        periods=tuple(map(month, seen.ends)) if seen else (),
        before=said.before,
        start=month(said.action.start),
        sides=tuple(sides),
        alt=impact_figure.in_words(said, indicator.title, scale) if seen else "",
        scale=scale,
    )
