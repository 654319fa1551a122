"""Why the made-up partnership's measures are as they are, in line with its story, and what people there say."""

import datetime as dt

import duckdb

from data.demo.demo_actions import ACTOR, noon
from data.demo.story import CLINICS, COUNTS_ONLY, HOSPITALS, PANTRY
from data.ledger.stories import people_asked, story_notes
from data.ledger.stories.people_asked import Asked, RequestStep, Scored, ScoreStep
from data.ledger.stories.story_notes import Note, Part, Role

Told = tuple[str, Part, str, str, tuple[Role, ...]]
STORIES: tuple[Told, ...] = (
    (
        "bp_control", "story", "2025-06-30",
        "People are seen too seldom. Millrace lends cuffs to see whether that helps.", (),
    ),
    (
        "bp_control", "story", "2026-10-05",
        "Millrace has lent cuffs since April 2025. People who speak Spanish got few of them, and those without a phone "
        "none.", (),
    ),
    (
        "bp_control", "partners", "2026-10-05", "Whoever sees people, and whoever pays for it.",
        (Role(CLINICS[0], "lends the cuffs and visits at home"), Role(CLINICS[2], "calls people who missed a visit"),
         Role(HOSPITALS[0], "pays for the nurse")),
    ),
    (
        "bp_control", "ideas", "2026-10-05",
        "Cuffs with a leaflet in Spanish. Pharmacists who measure. Letting people choose when they come.", (),
    ),
    (
        "bp_control", "strategy", "2026-10-06",
        "First the cuffs for those left behind, with the leaflet: it costs least and has worked once.", (),
    ),
    (
        "connected_to_help", "story", "2026-10-05",
        "A list of addresses helps nobody who cannot call. Where a helper speaks the language, people come.", (),
    ),
    (
        "connected_to_help", "partners", "2026-10-05", "",
        (Role(PANTRY, "has six helpers who speak Spanish"), Role(COUNTS_ONLY, "gives room and trains them")),
    ),
)  # fmt: skip
_HOURS, _LISTEN = "The clinic is open when I can come", "Somebody there speaks my language"
SCORES = (
    Scored("bp_control", _HOURS, ("language", "english"), dt.date(2026, 9, 15), 118, 22, 64),
    Scored("bp_control", _HOURS, ("language", "spanish"), dt.date(2026, 9, 15), 31, 19, 48),
    Scored("connected_to_help", _LISTEN, ("language", "spanish"), dt.date(2026, 9, 15), 52, 4, 21),
    Scored("connected_to_help", _LISTEN, ("language", "vietnamese"), dt.date(2026, 9, 15), 3, 2, 9),
)
"""One of them shows its answers in part, and one shows none: too few people gave them."""
REQUESTS = (
    Asked("bp_control", "Please open one evening a week", ("language", "spanish"), dt.date(2026, 8, 3),
          "Millrace opens on Tuesdays until eight", dt.date(2026, 9, 1)),
    Asked("bp_control", "We need the leaflet in our language", ("language", "spanish"), dt.date(2026, 9, 15)),
    Asked("connected_to_help", "Tell us what is in the box before we come", None, dt.date(2026, 7, 6),
          "A list hangs at the door and stands on the web page", dt.date(2026, 7, 20)),
)  # fmt: skip


def record(cur: duckdb.DuckDBPyConnection, release: int) -> None:
    """Put them down as if each had been written on its day. `release`: the one that was shown then; 0: none yet."""
    versions: dict[tuple[str, Part], int] = {}
    for indicator, part, day, words, roles in STORIES:
        versions[indicator, part] = n = versions.get((indicator, part), 0) + 1
        at = noon(dt.date.fromisoformat(day))
        story_notes.add(cur, Note(indicator, part, n, words, roles, release, ACTOR, at))
    for n, scored in enumerate(SCORES, 1):
        step = ScoreStep(n, 1, "entered", scored, "", release, ACTOR, noon(scored.asked_on))
        people_asked.add_score(cur, step)
    for n, asked in enumerate(REQUESTS, 1):
        heard = Asked(asked.indicator, asked.said, asked.group, asked.said_on)
        people_asked.add_request(cur, RequestStep(n, 1, "heard", heard, "", release, ACTOR, noon(asked.said_on)))
        if asked.answered_on:
            at = noon(asked.answered_on)
            people_asked.add_request(cur, RequestStep(n, 2, "answered", asked, "", release, ACTOR, at))
