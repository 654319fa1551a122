"""The app: settings, store, who is looking, navigation."""

import time

import streamlit as st
from pydantic import ValidationError
from starlette.middleware import Middleware

from data.ledger import file_permissions
from data.ledger.data_folder import NotReady
from data.ledger.opening.store_faults import StoreUnavailable
from pages.components.access import door_page, rooms, signed_in, who_looks
from pages.components.frontend import assets
from pages.components.layout import opened_store, page_frame, page_state, page_views, role_chooser, theme
from pages.components.routes import request_log, server_routes
from pages.components.routes.host_guard import HostGuard
from pages.components.routes.rate_limit import RateLimit
from pages.components.routes.request_log import RequestLog
from pages.components.routes.security_headers import SecurityHeaders
from pages.components.routes.sign_in_guard import SignInGuard
from pages.components.routes.watching import garbage
from workflow.watching import counters

ABOUT = "**Concord** — the shared-measures dashboard of a community health partnership. Nothing leaves this server."


def main() -> None:
    """Draw the app for one viewer; how long that took is counted."""
    started = time.perf_counter()
    try:
        draw()
    finally:
        counters.drawn(time.perf_counter() - started)


def draw() -> None:
    st.set_page_config(
        page_title="Concord", page_icon=assets.icon(), layout="wide", menu_items={"About": ABOUT},
        initial_sidebar_state=240,  # as wide as its words; the page needs the rest
    )  # fmt: skip
    theme.dress()
    try:
        store = opened_store.opened()
    except (NotReady, StoreUnavailable, ValidationError) as error:
        page_frame.cannot_open(error)
        return
    garbage.settle()
    if not who_looks.is_in(store):
        door_page.draw(store.partnership)
        return
    # First, since what the navigation shows depends on who looks.
    (role_chooser if who_looks.way(store.partnership) == "chooser" else signed_in).choose(store.partnership)
    found = rooms.navigation(page_state.viewer())
    page_state.know({place.url_path: place for group in found.values() for place in group})
    theme.head_paper(page_frame.printed_from())
    chosen = st.navigation(found, expanded=True)  # none is folded away, however many there are
    page_views.count(chosen.url_path)
    chosen.run()


if __name__ == "__main__":  # the script that Streamlit runs for each viewer; imported, it is the server's app
    main()
elif st.get_option("client.showErrorDetails") != "none":  # as Streamlit has it, whose errors can show a person's value
    raise SystemExit("Concord is started with `concord serve`, which sets what keeps it safe.")
else:
    file_permissions.private()
    request_log.settle()
    shows_releases = opened_store.shows_releases()
    if opened_store.sign_in().providers:  # what it imports costs half a second, which a demo need not wait for
        from pages.components.access import provider_client

        provider_client.settle()
    app = st.App(
        __file__,
        routes=server_routes.OF_RELEASES if shows_releases else server_routes.ROUTES,
        lifespan=server_routes.while_showing_releases if shows_releases else server_routes.while_serving,
        secrets=opened_store.secrets(),
        middleware=[
            Middleware(RequestLog),
            Middleware(SecurityHeaders, encrypted=opened_store.sign_in().encrypted),
            Middleware(HostGuard, hosts=opened_store.hosts()),
            Middleware(RateLimit),
            Middleware(SignInGuard, encrypted=opened_store.sign_in().encrypted),
        ],
    )
