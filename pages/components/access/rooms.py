"""The pages by room: the address of each, and the action that it is for. What the navigation shows follows from it."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages import (
    access,
    board_pack,
    calendar,
    equity,
    indicator,
    messages,
    methods,
    partners,
    quality,
    referrals,
    releases,
    scorecard,
    settings,
    submit,
)
from pages.acting import actions, curve_story, decisions, impact_value, next_year
from pages.components.layout import page_frame, page_state
from pages.examining import query, reconcile
from schemas.policy.access.permissions import Action, may_some
from schemas.policy.viewer import Viewer
from workflow.referring import own_referrals


def always(_viewer: Viewer) -> bool:
    """Of a page that has something for everyone who may see it."""
    return True


def _has_referrals(viewer: Viewer) -> bool:
    return own_referrals.concerns(page_state.store(), viewer)


class Place(NamedTuple):
    """A page: its function, title and icon, its address, what one must be allowed to do to have anything there, and
    whether there is anything for who looks: otherwise it is not in the list of pages."""

    draw: Callable[[], None]
    title: str
    icon: str
    path: str
    action: Action
    filled: Callable[[Viewer], bool] = always


# A path that equals a file's stem could be run by the server without this router.
ROOMS: dict[str, list[Place]] = {
    "Partnership": [
        Place(scorecard.page, "Scorecard", ":material/dashboard:", "measures", "see_figures"),
        Place(indicator.page, "Measure", ":material/monitoring:", "measure", "see_figures"),
        Place(partners.page, "Partners", ":material/group:", "partner-comparison", "see_figures"),
        Place(equity.page, "Equity", ":material/balance:", "equity-gaps", "see_figures"),
        Place(next_year.page, "Year ahead", ":material/trending_up:", "year-ahead", "see_figures"),
        Place(impact_value.page, "Impact", ":material/compare_arrows:", "impact-and-value", "see_figures"),
        Place(curve_story.page, "Story", ":material/auto_stories:", "turn-the-curve", "see_stories"),
        Place(actions.page, "Actions", ":material/task_alt:", "action-log", "see_actions"),
        Place(decisions.page, "Decisions", ":material/gavel:", "decision-log", "see_decisions"),
        Place(board_pack.page, "Board pack", ":material/slideshow:", "board-pack", "see_figures"),
    ],
    "Reporting": [
        Place(submit.page, "Submit data", ":material/upload_file:", "send-data", "see_figures"),
        Place(calendar.page, "Reporting calendar", ":material/calendar_month:", "reporting-calendar", "see_figures"),
        Place(quality.page, "Data quality", ":material/rule:", "data-quality", "see_figures"),
        Place(
            referrals.page, "Referrals", ":material/share_reviews:", "own-referrals", "see_unreleased", _has_referrals
        ),
        Place(reconcile.page, "Reconcile", ":material/compare:", "reconcile-a-report", "see_unreleased"),
        Place(releases.page, "Releases", ":material/publish:", "make-release", "look_at_release"),
        Place(settings.page, "Settings", ":material/tune:", "partnership-settings", "see_settings"),
        Place(messages.page, "Messages", ":material/mail:", "partner-messages", "see_messages"),
        Place(access.page, "People", ":material/badge:", "people-and-access", "see_emergency"),
    ],
    "About": [
        Place(methods.page, "Methods", ":material/menu_book:", "how-it-is-measured", "see_methods"),
        Place(query.page, "Query", ":material/terminal:", "query-the-release", "query_figures"),
    ],
}
EVERY = [place for places in ROOMS.values() for place in places]
OF_STORE = {place.path for place in ROOMS["Reporting"]}
"""Pages that a server has nothing for which only shows releases."""
OWN_WORDS = ("make-release", "partnership-settings", "people-and-access")
"""Pages that say themselves what they are for, to those who have nothing to do there."""


def drawn(place: Place, viewer: Viewer) -> Callable[[], None]:
    """What is drawn at an address: the page, or that it is not for who looks. At the root, whose own address is that of
    no other page, the first page that is for them."""
    if place is EVERY[0]:
        return next(one for one in EVERY if may_some(viewer, one.action)).draw
    if viewer.at_release and (place.path in OF_STORE or not may_some(viewer, place.action)):
        return page_frame.only_releases
    return place.draw if may_some(viewer, place.action) or place.path in OWN_WORDS else page_frame.not_for_you


def _listed(place: Place, viewer: Viewer) -> bool:
    here = not (viewer.at_release and place.path in OF_STORE)
    return here and may_some(viewer, place.action) and place.filled(viewer)


_KEPT = "navigation"


def navigation(viewer: Viewer) -> dict[str, list[StreamlitPage]]:
    """The pages for the router. One that has nothing for the viewer is hidden. Kept in the session until another looks
    or another page is hidden: to make them takes longer than the smallest page."""
    listed = tuple(_listed(place, viewer) for place in EVERY)
    if st.session_state.get(_KEPT, ())[:2] != (viewer, listed):
        st.session_state[_KEPT] = viewer, listed, _pages(viewer, dict(zip(EVERY, listed, strict=True)))
    found: dict[str, list[StreamlitPage]] = st.session_state[_KEPT][2]
    return found


def _pages(viewer: Viewer, listed: dict[Place, bool]) -> dict[str, list[StreamlitPage]]:
    return {
        room: [
            st.Page(
                drawn(place, viewer), title=place.title, icon=place.icon, url_path=place.path,
                default=place is EVERY[0], visibility="visible" if listed[place] else "hidden",
            )
            for place in places
        ]
        for room, places in ROOMS.items()
    }  # fmt: skip
