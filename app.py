"""The app: settings, store, who is looking, navigation."""

import gc

import streamlit as st
from pydantic import ValidationError
from starlette.middleware import Middleware

from data.ledger import file_permissions
from data.ledger.data_folder import NotReady
from data.ledger.opening.store_faults import StoreUnavailable
from pages import calendar, equity, indicator, methods, partners, quality, releases, scorecard, submit
from pages.components.frontend import assets
from pages.components.layout import page_frame, page_state, role_chooser, theme
from pages.components.routes import server_routes
from pages.components.routes.host_guard import HostGuard

ABOUT = "**Concord** — the shared-measures dashboard of a community health partnership. Nothing leaves this server."


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """Keep what the imports made out of the garbage collection that follows every rerun."""
    gc.collect()
    gc.freeze()


def main() -> None:
    st.set_page_config(page_title="Concord", page_icon=str(assets.ICON), layout="wide", menu_items={"About": ABOUT})
    theme.dress()
    try:
        partnership = page_state.store().partnership
    except (NotReady, StoreUnavailable, ValidationError) as error:
        page_frame.cannot_open(error)
        return
    settle()
    role_chooser.choose(partnership)  # first, since what the navigation shows depends on who looks
    # A path that equals a file's stem could be run by the server without this router.
    measures = st.Page(
        scorecard.page, title="Scorecard", icon=":material/dashboard:", url_path="measures", default=True
    )
    measure = st.Page(indicator.page, title="Measure", icon=":material/monitoring:", url_path="measure")
    compared = st.Page(partners.page, title="Partners", icon=":material/group:", url_path="partner-comparison")
    gaps = st.Page(equity.page, title="Equity", icon=":material/balance:", url_path="equity-gaps")
    send = st.Page(submit.page, title="Submit data", icon=":material/upload_file:", url_path="send-data")
    due = st.Page(
        calendar.page, title="Reporting calendar", icon=":material/calendar_month:", url_path="reporting-calendar"
    )
    rated = st.Page(quality.page, title="Data quality", icon=":material/rule:", url_path="data-quality")
    made = st.Page(
        releases.page, title="Releases", icon=":material/publish:", url_path="make-release",
        visibility="visible" if page_state.viewer().role == "backbone" else "hidden",
    )  # fmt: skip
    how = st.Page(methods.page, title="Methods", icon=":material/menu_book:", url_path="how-it-is-measured")
    rooms = {"Partnership": [measures, measure, compared, gaps], "Reporting": [send, due, rated, made], "About": [how]}
    page_state.know({place.url_path: place for group in rooms.values() for place in group})
    st.navigation(rooms).run()


if __name__ == "__main__":  # the script that Streamlit runs for each viewer; imported, it is the server's app
    main()
elif st.get_option("client.showErrorDetails") != "none":  # as Streamlit has it, whose errors can show a person's value
    raise SystemExit("Concord is started with `concord serve`, which sets what keeps it safe.")
else:
    file_permissions.private()
    app = st.App(
        __file__,
        routes=server_routes.ROUTES,
        lifespan=server_routes.while_serving,
        middleware=[Middleware(HostGuard, hosts=page_state.hosts())],
    )
