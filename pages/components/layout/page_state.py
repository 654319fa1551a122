"""Where a page gets its facts: the store, the viewer, what is selected (kept in the URL), and cached results."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import polars as pl
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data.ledger.areas.area_boundaries import Areas
from data.ledger.store import Store
from metrics.counting import strata
from metrics.counting.declaration import Indicator
from metrics.judging import group_changes, indicator_facts
from metrics.judging.group_changes import JudgedGroups
from metrics.judging.indicator_facts import Situation
from metrics.results.coverage import Coverage
from pages.components.access import who_looks
from pages.components.layout import one_release, opened_store
from pages.components.layout.at_hand import at_hand
from schemas.policy import guessable_letters
from schemas.policy.guessable_letters import Guessable
from schemas.policy.partner_naming import Naming, Peers
from schemas.policy.partnership import Map, Partnership
from schemas.policy.viewer import EVERYONE, Viewer
from workflow import reading
from workflow.access.door import Guest
from workflow.reading import Hiding, ReleaseInfo


def store() -> Store:
    """The partnership's store, for whoever is in: no page goes on whose person was signed out meanwhile.

    Raises what `opened_store.opened` raises.
    """
    found = opened_store.opened()
    who_looks.ask(found)
    return found


_INSTEAD: ContextVar[Viewer | None] = ContextVar("instead", default=None)


@contextmanager
def seen_by(who: Viewer) -> Iterator[None]:
    """What is asked for within is seen as someone else may see it: what is to be handed on is for everyone."""
    before = _INSTEAD.set(who)
    try:
        yield
    finally:
        _INSTEAD.reset(before)


def viewer() -> Viewer:
    """Who is looking: the person who is signed in. In the demo, whoever sits at this machine chooses (`as=`)."""
    if instead := _INSTEAD.get():
        return instead
    return who_looks.viewer(store(), st.query_params.get("as"))


def guest() -> Guest | None:
    """The person who is signed in; None in the demo, where nobody is."""
    return who_looks.guest(store())


def session() -> str | None:
    """The sign-in that files for and from this browser belong to; None in the demo."""
    found = guest()
    return found.session if found else None


def actor() -> str:
    """Who acts, for the history."""
    found, who = guest(), viewer()
    return f"person:{found.person.called.replace(':', ' ')}" if found else who.partner_id or who.role


# Kept by hand, not by Streamlit's own binding of widgets (`bind="query-params"`, as it is in 1.67): that writes into
# the address what an option reads on screen, so a link would hold a partner's name and a measure's title in place of
# their ids, and break when either is reworded; `as=`, which says who is looking, would be a label too.
def keep(name: str, value: str | None) -> None:
    """Keep a selection in the URL, so that a link reproduces the view. What a page shows of itself is not written: each
    writing is a step of the browser's history, and Back would lead to the same view."""
    if value is None:
        st.query_params.pop(name, None)
    elif name not in st.query_params and st.session_state.get(_USUAL, {}).get(name) == value:
        return
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def kept_under() -> str:
    """What all that is kept between reruns is kept under: a change of the settings holds at once, so that a name whose
    agreement was taken back is not shown from memory."""
    here = store()
    return f"{here.folder} {here.settings_version}"


_USUAL = "usual_selections"


def picked(name: str, options: list[str], default: str, key: str = "") -> str:
    """The selection that the URL holds, when it is one of the options; otherwise the default.

    `key`: of the widget that shows it, whose own state would outrank the URL when one goes Back.
    """
    st.session_state.setdefault(_USUAL, {})[name] = default
    value = st.query_params.get(name)
    found = value if value in options else default
    if key and (run := get_script_run_ctx()) and run.is_history_navigation:
        st.session_state[key] = found
    return found


def carried() -> dict[str, str]:
    """What a link to another page takes along: who is looking."""
    return {"as": st.query_params["as"]} if "as" in st.query_params else {}


def know(places: dict[str, Any]) -> None:
    """Remember the pages of the app by their address (the first has none), so that one page can lead to another."""
    st.session_state["places"] = places


def link(path: str, label: str, icon: str, **selection: str) -> None:
    """A link to another page with its selection, in the same tab, keeping who is looking."""
    place = st.session_state["places"][path]
    st.page_link(place, label=label, icon=icon, query_params={**carried(), **selection})


def release() -> ReleaseInfo | None:
    """The release that is shown; None before the first."""
    return one_release.kept() or reading.current_release(store())


def release_number() -> int:
    """What finished figures are kept by: the release that is shown, 0 before the first."""
    shown = release()
    return shown.number if shown else 0


def release_day() -> dt.date | None:
    """The day of the release; a demo lives on its own calendar."""
    shown = release()
    return (store().partnership.today or shown.made_at.date()) if shown else None


def results(who: Viewer | None = None, **only: object) -> pl.DataFrame:
    """Published results as the viewer (or `who`) may see them; cached by release, viewer and selection."""
    who = who or viewer()
    key = tuple(sorted((k, tuple(v) if isinstance(v, list) else v) for k, v in only.items()))
    return _results(store(), kept_under(), release_number(), who.role, who.partner_id, key)


def for_everyone(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Published rows as everyone may see them: a download is served without sign-in, so it holds nothing exact, and
    nobody's name who has not agreed to it."""
    seen, shown = _naming(viewer()), _naming(EVERYONE).shown
    scopes = {scope: shown(seen.true(scope) or scope) for scope in {r["scope"] for r in rows}}
    differing = [r for r in rows if r["scope"] == viewer().partner_id or scopes[r["scope"]] != r["scope"]]
    if not differing:
        return rows
    filters = ("indicator", "scope", "period_kind", "period_end", "stratifier", "category")
    as_shown = [{**r, "scope": scopes[r["scope"]]} for r in differing]
    shared = results(EVERYONE, **{name: sorted({r[name] for r in as_shown}) for name in filters}).to_dicts()
    by_key = {tuple(r[name] for name in filters): r for r in shared}
    return [by_key[tuple({**r, "scope": scopes[r["scope"]]}[name] for name in filters)] if r in differing else r
            for r in rows]  # fmt: skip


@at_hand(2000)  # a frame is never changed in place, so it is not copied
def _results(_store: Store, folder: str, number: int, role: str, partner_id: str | None, only: tuple) -> pl.DataFrame:
    who = Viewer.model_validate({"role": role, "partner_id": partner_id})
    return reading.read_results(_store, who, **{k: list(v) if isinstance(v, tuple) else v for k, v in only})


def boundaries(chosen: Map) -> Areas:
    """The shapes of a map, read once for each version of its file. Raises workflow.BadBoundaries."""
    path = store().folder / chosen.file
    return _boundaries(store(), str(path), path.stat().st_mtime if path.exists() else 0.0, chosen)


@st.cache_data(show_spinner=False, max_entries=8)
def _boundaries(_store: Store, path: str, changed: float, _chosen: Map) -> Areas:
    return reading.read_areas(_store, _chosen)


def hiding() -> Hiding:
    """How much of the release is hidden; the same for everyone. Cached by release."""
    return _hiding(store(), kept_under(), release_number())


@at_hand(100)
def _hiding(_store: Store, folder: str, number: int) -> Hiding:
    return reading.read_hiding(_store)


def situations() -> list[Situation]:
    """Every indicator's situation. What is said of it is the same for everyone: it rests on what everyone may see, and
    only the figures beside it may be the viewer's own. Cached by release."""
    return _situations(store(), kept_under(), release_number())


@at_hand(100)  # never changed by anyone, so it need not be copied
def _situations(_store: Store, folder: str, number: int) -> list[Situation]:
    found = results(EVERYONE, stratifier=[strata.ALL, strata.AT_EACH])
    known, settings = reading.read_definitions(_store), reading.read_settings_of_release(_store)
    return indicator_facts.situations(known.values(), found, settings)


def judged_groups() -> list[JudgedGroups]:
    """What may be said of the groups of every indicator; the same for everyone. Cached by release."""
    return _judged_groups(store(), kept_under(), release_number())


@at_hand(100)
def _judged_groups(_store: Store, folder: str, number: int) -> list[JudgedGroups]:
    found = results(EVERYONE, scope="partnership", period_kind="year")
    return group_changes.judged(group_changes.groupings(situations(), found, reading.read_settings_of_release(_store)))


def coverage(indicator: str, period_end: dt.date, kind: str = "year") -> Coverage:
    """Who stands behind a rolling-year (or a month's) figure, partners as the viewer sees them. Cached by release and
    viewer."""
    who = viewer()
    return _coverage(store(), kept_under(), release_number(), who.role, who.partner_id, indicator, period_end, kind)


def settings() -> Partnership:
    """The settings that rule what is shown of the release. Cached by release."""
    return _settings(store(), kept_under(), release_number())


@at_hand(100)
def _settings(_store: Store, folder: str, number: int) -> Partnership:
    return reading.read_settings_of_release(_store)


def definitions() -> dict[str, Indicator]:
    """Indicator id -> its definition as the release carries it. Cached by release."""
    return _definitions(store(), kept_under(), release_number())


@at_hand(100)
def _definitions(_store: Store, folder: str, number: int) -> dict[str, Indicator]:
    return reading.read_definitions(_store)


def _naming(who: Viewer) -> Naming:
    return _named(store(), kept_under(), release_number(), who.role, who.partner_id, store().partnership.day)


@at_hand(500)
def _named(_store: Store, folder: str, number: int, role: str, partner_id: str | None, day: dt.date) -> Naming:
    return reading.read_naming_of_release(_store, Viewer.model_validate({"role": role, "partner_id": partner_id}))


def partner_names(who: Viewer | None = None) -> dict[str, str]:
    """Partner id -> name in the release's figures, both as the viewer (or `who`) may see them, in the one order used
    everywhere."""
    return _naming(who or viewer()).names


def names_now() -> dict[str, str]:
    """Partner id -> name by the settings of now, as the viewer may see it."""
    return reading.read_naming(store(), viewer()).names


def member_names() -> dict[str, str]:
    """`names_now` of the partners that are still in the partnership."""
    return reading.read_naming(store(), viewer()).members()


def peers() -> tuple[Peers, ...]:
    """Who may be compared with whom, as far as the viewer may know."""
    return _naming(viewer()).peers


def guessable() -> list[tuple[Guessable, str]]:
    """Each partner whose letter can be guessed, with the name that leaders see; of those that left, none."""
    shared, partnership = _naming(EVERYONE), settings()
    found = [g for g in guessable_letters.guessable(partnership).values() if g.partner in partnership.members]
    return [(g, shared.names[shared.shown(g.partner.id)]) for g in found]


def shared_names() -> dict[str, str]:
    """Partner as everyone's figures name it -> its name as the viewer may see it."""
    shared, mine = _naming(EVERYONE), _naming(viewer())
    return {shown: mine.names[mine.shown(p)] for p, shown in shared.ids.items()}


@at_hand(500)
def _coverage(
    _store: Store, folder: str, number: int, role: str, partner_id: str | None, indicator: str, end: dt.date, kind: str
) -> Coverage:
    who = Viewer.model_validate({"role": role, "partner_id": partner_id})
    return reading.read_coverage(_store, who, indicator, end, kind)
