"""Where a page gets its facts: the store, the viewer, what is selected (kept in the URL), and cached results."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from data.ledger.area_boundaries import Areas
from data.ledger.opening.store_faults import StoreNotWritable
from data.ledger.store import Store
from metrics.counting import strata
from metrics.indicators import indicators
from metrics.judging import group_changes, indicator_facts
from metrics.judging.group_changes import JudgedGroups
from metrics.judging.indicator_facts import Situation
from metrics.results.coverage import Coverage
from schemas.policy import guessable_letters
from schemas.policy.guessable_letters import Guessable
from schemas.policy.partner_naming import Peers
from schemas.policy.partnership import Map
from schemas.policy.viewer import EVERYONE, Viewer
from workflow import administering, reading
from workflow.publishing.release_work import ReleaseWork
from workflow.reading import Hiding, ReleaseInfo

ROLES = {"leader": "Partnership leader", "analyst": "Analyst", "backbone": "Backbone staff"}


def store() -> Store:
    """The partnership's store, opened once per process. Raises what `workflow.open_partnership` raises."""
    return _open(os.environ.get("CONCORD_DATA", "var"))


def release_work() -> ReleaseWork:
    """The one place where this server looks at releases and makes them; it outlives the sessions of those who ask."""
    return _release_work(str(store().folder))


@st.cache_resource(show_spinner=False)
def _release_work(folder: str) -> ReleaseWork:
    return ReleaseWork(_open(os.environ.get("CONCORD_DATA", "var")))


def hosts() -> tuple[str, ...]:
    """The names that the settings give the server; none while they cannot be read, which the pages then say."""
    return administering.server_names(Path(os.environ.get("CONCORD_DATA", "var")))


@st.cache_resource(show_spinner=False)  # the routes, which have no screen, ask for it too
def _open(folder: str) -> Store:
    try:
        return administering.open_partnership(Path(folder))
    except StoreNotWritable:  # on a disk that can only be read, figures can still be looked at
        return administering.open_partnership(Path(folder), read_only=True)


def audience(choice: str | None, partner_ids: list[str]) -> Viewer:
    """The viewer that the word of the role chooser (`as=` in the URL) stands for; anything unknown is the leader."""
    if choice in partner_ids:
        return Viewer(role="partner", partner_id=choice)
    return Viewer.model_validate({"role": choice}) if choice in ROLES else EVERYONE


def viewer() -> Viewer:
    """Who is looking: until there is sign-in, whoever sits at this machine chooses (it is served to no other)."""
    partnership = store().partnership
    return audience(st.query_params.get("as"), [p.id for p in partnership.members])


# Kept by hand, not by Streamlit's own binding of widgets (`bind="query-params"`, as it is in 1.67): that writes into
# the address what an option reads on screen, so a link would hold a partner's name and a measure's title in place of
# their ids, and break when either is reworded; `as=`, which says who is looking, would be a label too. And it leaves
# out whatever is the default, so that a link to the first measure would open another one once the order changes.
def keep(name: str, value: str | None) -> None:
    """Keep a selection in the URL, so that a link reproduces the view."""
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def picked(name: str, options: list[str], default: str) -> str:
    """The selection that the URL holds, when it is one of the options; otherwise the default."""
    value = st.query_params.get(name)
    return value if value in options else default


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
    return reading.current_release(store())


def release_day() -> dt.date | None:
    """The day of the release; a demo lives on its own calendar."""
    shown = release()
    return (store().partnership.today or shown.made_at.date()) if shown else None


def results(who: Viewer | None = None, **only: object) -> pl.DataFrame:
    """Published results as the viewer (or `who`) may see them; cached by release, viewer and selection."""
    shown, who = release(), who or viewer()
    key = tuple(sorted((k, tuple(v) if isinstance(v, list) else v) for k, v in only.items()))
    return _results(store(), str(store().folder), shown.number if shown else 0, who.role, who.partner_id, key)


def for_everyone(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Published rows as everyone may see them: a download is served without sign-in, so it holds nothing exact, and
    nobody's name who has not agreed to it."""
    seen, shown = reading.read_naming(store(), viewer()), reading.read_naming(store(), EVERYONE).shown
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


@st.cache_resource(show_spinner=False, max_entries=2000)  # a frame is never changed in place, so it is not copied
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
    shown = release()
    return _hiding(store(), str(store().folder), shown.number if shown else 0)


@st.cache_data(show_spinner=False, max_entries=100)
def _hiding(_store: Store, folder: str, number: int) -> Hiding:
    return reading.read_hiding(_store)


def situations() -> list[Situation]:
    """Every indicator's situation. What is said of it is the same for everyone: it rests on what everyone may see, and
    only the figures beside it may be the viewer's own. Cached by release."""
    shown = release()
    return _situations(store(), str(store().folder), shown.number if shown else 0)


@st.cache_resource(show_spinner=False, max_entries=100)  # never changed by anyone, so it need not be copied
def _situations(_store: Store, folder: str, number: int) -> list[Situation]:
    found = results(EVERYONE, stratifier=[strata.ALL, strata.AT_EACH])
    return indicator_facts.situations(indicators().values(), found, _store.partnership)


def judged_groups() -> list[JudgedGroups]:
    """What may be said of the groups of every indicator; the same for everyone. Cached by release."""
    shown = release()
    return _judged_groups(store(), str(store().folder), shown.number if shown else 0)


@st.cache_resource(show_spinner=False, max_entries=100)
def _judged_groups(_store: Store, folder: str, number: int) -> list[JudgedGroups]:
    found = results(EVERYONE, scope="partnership", period_kind="year")
    return group_changes.judged(group_changes.groupings(situations(), found, _store.partnership))


def coverage(indicator: str, period_end: dt.date, kind: str = "year") -> Coverage:
    """Who stands behind a rolling-year (or a month's) figure, partners as the viewer sees them. Cached by release and
    viewer."""
    shown, who = release(), viewer()
    number = shown.number if shown else 0
    return _coverage(store(), str(store().folder), number, who.role, who.partner_id, indicator, period_end, kind)


def partner_names(who: Viewer | None = None) -> dict[str, str]:
    """Partner id -> name, both as the viewer (or `who`) may see them, in the one order used everywhere."""
    return reading.read_naming(store(), who or viewer()).names


def member_names() -> dict[str, str]:
    """`partner_names` of the partners that are still in the partnership."""
    return reading.read_naming(store(), viewer()).members()


def peers() -> tuple[Peers, ...]:
    """Who may be compared with whom, as far as the viewer may know."""
    return reading.read_naming(store(), viewer()).peers


def guessable() -> list[tuple[Guessable, str]]:
    """Each partner whose letter can be guessed, with the name that leaders see; of those that left, none."""
    shared, partnership = reading.read_naming(store(), EVERYONE), store().partnership
    found = [g for g in guessable_letters.guessable(partnership).values() if g.partner in partnership.members]
    return [(g, shared.names[shared.shown(g.partner.id)]) for g in found]


def shared_names() -> dict[str, str]:
    """Partner as everyone's figures name it -> its name as the viewer may see it."""
    shared, mine = reading.read_naming(store(), EVERYONE), reading.read_naming(store(), viewer())
    return {shown: mine.names[mine.shown(p)] for p, shown in shared.ids.items()}


@st.cache_resource(show_spinner=False, max_entries=500)
def _coverage(
    _store: Store,
    folder: str,
    number: int,
    role: str,
    partner_id: str | None,
    indicator: str,
    end: dt.date,
    kind: str,
) -> Coverage:
    who = Viewer.model_validate({"role": role, "partner_id": partner_id})
    return reading.read_coverage(_store, who, indicator, end, kind)
