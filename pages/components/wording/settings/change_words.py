"""A change of the settings in words: what stood there, and what stands there now."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from metrics.indicators import indicators
from metrics.judging import figure_words
from pages.components.wording.count_words import day, listed, many
from pages.components.wording.definition_words import value_words, words
from pages.components.wording.settings import agreement_words, field_words, place_words
from schemas.policy.agreements.agreement import Agreement
from schemas.policy.partnership import Calendar, Choices, Map, Policy
from schemas.policy.settings_places import Change

_OF_MEASURES = {
    "targets": "Target of {}",
    "target_dates": "Day of the target of {}",
    "owners": "Owner of {}",
    "plans": "What we do about {}",
}
NOTHING, HIDDEN, OF_BEFORE = "nothing", "hidden", "A partner of before"
_WHOLE = {"targets_for": "Targets for partners and groups", "name": "Name of the partnership", "maps": "Maps"}
_TELLING = ("name", "hospitals", "contacts")
_SECTIONS: dict[str, type[BaseModel]] = {"choices": Choices, "policy": Policy, "calendar": Calendar}


Names = Mapping[str, str]


def lines(changes: Iterable[Change], names: Names, letters: Names | None = None) -> list[str]:
    """A line a change; a partner that joins or is taken out is one line. See `rows`."""
    return [f"{what}: {before} → {after}" if after else what for what, before, after in rows(changes, names, letters)]


def rows(changes: Iterable[Change], names: Names, letters: Names | None = None) -> list[tuple[str, str, str]]:
    """What, before, after; the last two blank where the first says it all.

    `names`: partner id -> name, of those that may be named. `letters`: the same of those that left: nobody reads their
    names any more, in what changed neither.
    """
    every = list(changes)
    whole = {c.place[1] for c in every if c.place[0] == "partners" and c.place[2] == "id"}
    found = []
    for change in every:
        place = change.place
        if place[0] != "partners":
            found.append((label(place), value(place, change.before), value(place, change.after)))
            continue
        one = names.get(place[1]) or (letters or {}).get(place[1], OF_BEFORE)
        if place[2] == "id":
            found.append((f"{one} becomes a partner" if change.before is None else f"{one} is taken out", "", ""))
        elif place[1] not in whole:
            hides = place[1] not in names and place[2] in _TELLING
            told = (HIDDEN, HIDDEN) if hides else (value(place, change.before), value(place, change.after))
            found.append((f"{one}: {words(place[2]).lower()}", *told))
    return found


def label(place: tuple[str, ...]) -> str:
    """What a place is called."""
    if place[0] in _OF_MEASURES:
        return _OF_MEASURES[place[0]].format(title(place[1]))
    if place[0] in _SECTIONS and len(place) > 1:
        return field_words.asked(_SECTIONS[place[0]], place[1])[0]
    if place[0] == "places":
        return f"ZIP code {place[-1]}"
    return _WHOLE.get(place[0], words(place[-1])) if len(place) == 1 else words(place[-1])


def title(indicator: str) -> str:
    """A measure's title within a sentence."""
    one = indicators().get(indicator)
    return f"“{one.title}”" if one else indicator


def value(place: tuple[str, ...], told: Any) -> str:
    """A value as people say it."""
    if place[0] == "places" and told is not None:
        return place_words.in_county(told)
    if told is None or told in ([], ""):
        return NOTHING
    if place[0] == "targets" and place[1] in indicators():
        return figure_words.scale_of(indicators()[place[1]]).value(told)
    if isinstance(told, dict):
        if place[-1] == "agreement":
            return agreement_words.whole(Agreement.model_validate(told))
        return ", ".join(f"{words(k).lower()} {v}" for k, v in told.items() if v != "")
    return _several(place, told) if isinstance(told, list) else _plain(place, told)


def _several(place: tuple[str, ...], told: list[Any]) -> str:
    if place == ("maps",):
        return listed([place_words.drawn_from(Map.model_validate(one)) for one in told])
    plain = [_plain(place, one) for one in told if isinstance(one, str | int)]
    return listed(plain) if len(plain) == len(told) else many(len(told), "entry", "entries")


def _plain(place: tuple[str, ...], told: Any) -> str:
    options = field_words.OPTIONS.get(place[-1], {})
    if not isinstance(told, bool) and told in options:
        return options[told]
    if place[0] in ("name", "owners", "plans") or place[-1] in ("name", "hospitals", "contacts"):
        return str(told)
    found = _day(told) if isinstance(told, str) else None
    return day(found) if found else value_words(told)


def _day(told: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        return None
