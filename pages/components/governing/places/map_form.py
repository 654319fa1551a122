"""Boundaries of areas: the maps of the settings, and another one from a file, drawn before it holds."""

import streamlit as st

from data.ledger.areas.area_boundaries import Areas, BadBoundaries
from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.submissions import NotPossible
from pages.components.charts import area_map, figures
from pages.components.forms import file_chooser
from pages.components.forms.file_chooser import Upload
from pages.components.governing import field_inputs, settings_draft
from pages.components.governing.model_form import PREVIEW
from pages.components.layout import cards, page_frame, page_state
from pages.components.wording.settings import place_words
from schemas.policy.partnership import Map
from workflow.governing import map_files
from workflow.governing.map_files import Read

_KEY, _READ = "boundaries", "boundaries_read"
_HINT = "GeoJSON, longitude and latitude in degrees"


def draw() -> None:
    """Draw the maps that there are, and take another one."""
    page_frame.section("Where do these areas lie?", "The page Equity colors them by their figures.")
    for one in page_state.store().partnership.maps:
        _held(one)
    page_frame.subsection("Draw a map from a file", "Nothing is fetched from elsewhere.")
    by = st.radio(
        "What is an area?", list(place_words.AREAS), format_func=place_words.AREAS.__getitem__, key="map_by",
        horizontal=True,
    )  # fmt: skip
    upload = file_chooser.uploader(
        page_state.viewer(), None, _KEY, "Your boundaries", _HINT, most=map_files.LARGEST,
        smaller="simplify its shapes",
    )  # fmt: skip
    if upload is None:
        st.session_state.pop(_READ, None)
        return
    try:
        _propose(_read(upload), by)
    except (NotPossible, StoreUnavailable) as error:
        page_frame.fault(str(error))


def _held(one: Map) -> None:
    """A map of the settings, and the way out of it."""
    page_frame.subsection(place_words.AREAS[one.by], place_words.origin(one))
    try:
        _shapes(one.by, page_state.boundaries(one), f"map_held_{one.by}")
    except BadBoundaries as error:
        page_frame.notice("The map cannot be drawn", f"{error}.")
    if st.button("Take this map out", key=f"map_out_{one.by}", icon=":material/close:", type="tertiary"):
        _tell([m for m in settings_draft.opened()[1].maps if m.by != one.by])


def _read(upload: Upload) -> Read:
    """What the file holds, read once."""
    word, found = st.session_state.get(_READ, ("", None))
    if word != upload.word or found is None:
        found = map_files.read(page_state.store(), page_state.viewer(), upload.whole)
        st.session_state[_READ] = (upload.word, found)
    return found


def _propose(found: Read, by: str) -> None:
    store, viewer = page_state.store(), page_state.viewer()
    likeliest = map_files.likeliest(store, viewer, by, found)
    chosen = st.selectbox(
        "Which property holds the code?", found.properties, index=found.properties.index(likeliest),
        key=f"map_property_{by}", width=field_inputs.WIDTH,
    )  # fmt: skip
    _shapes(by, map_files.areas(store, viewer, found, by, chosen), "map_proposed")
    if st.button(PREVIEW, key="preview_maps", type="primary", icon=":material/difference:"):
        new = map_files.keep(store, viewer, found, by, chosen)
        file_chooser.forget(_KEY)
        _tell([*(m for m in settings_draft.opened()[1].maps if m.by != by), new])


def _shapes(by: str, areas: Areas, key: str) -> None:
    """The shapes, and how they fit the list of places."""
    fit = map_files.fit(page_state.store(), page_state.viewer(), by, areas)
    figures.draw(area_map.shapes(areas, fit.has), place_words.alt(by, fit), key)
    st.html(cards.facts(*place_words.fits(by, fit)))


def _tell(maps: list[Map]) -> None:
    settings_draft.propose("places", {("maps",): [m.model_dump(mode="json") for m in maps]})
    st.rerun()
