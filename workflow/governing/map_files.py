"""Boundaries that come in by the page: checked, drawn, kept beside the settings, and removed when no setting names
them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from data.ledger.areas import area_boundaries, area_files
from data.ledger.areas.area_boundaries import Areas, BadBoundaries
from data.ledger.settings import settings_versions
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.receiving.spool import Spooled
from metrics.grouping.places import read_places
from schemas.policy.partnership import Map, Partnership
from schemas.policy.viewer import Viewer
from workflow.governing.settings_rights import refuse_others

LARGEST = area_boundaries.MOST_MB << 20
_NAME = "The file"


@dataclass(frozen=True)
class Read:
    """A file that came in: its bytes, its features, and the properties that hold a code in each of them."""

    data: bytes
    features: list[Any]
    properties: list[str]


@dataclass(frozen=True)
class Fit:
    """Codes on the list of places that a map has shapes for, and that it lacks; and how many other shapes it has."""

    has: list[str]
    lacks: list[str]
    more: int


def read(store: Store, viewer: Viewer, file: Spooled) -> Read:
    """A file that came in. Raises NotPossible, with what to fix; NotAllowed for anyone but backbone staff."""
    refuse_others(viewer)
    with file.open() as stream:
        data = stream.read(LARGEST + 1)
    try:
        features = area_boundaries.features(data, _NAME)
    except BadBoundaries as bad:
        raise NotPossible(str(bad)) from None
    known = area_boundaries.properties(features)
    if not known:
        raise NotPossible(
            "no property of the file holds a code in every feature. Give each feature its ZIP code or county code"
        )
    return Read(data, features, known)


def areas(store: Store, viewer: Viewer, found: Read, by: str, chosen: str) -> Areas:
    """The areas of a file that came in, by the property that holds their code. Raises NotPossible, NotAllowed."""
    refuse_others(viewer)
    try:
        return area_boundaries.areas(found.features, _map(found.data, by, chosen), _NAME)
    except BadBoundaries as bad:
        raise NotPossible(str(bad)) from None


def fit(store: Store, viewer: Viewer, by: str, shapes: Areas) -> Fit:
    """How shapes fit the list of places: that of the settings, else the one that holds. Raises NotAllowed."""
    refuse_others(viewer)
    listed = _listed(store, by)
    return Fit(sorted(listed & shapes.keys()), sorted(listed - shapes.keys()), len(shapes.keys() - listed))


def likeliest(store: Store, viewer: Viewer, by: str, found: Read) -> str:
    """The property whose codes fit the list of places best; the first where several do. Raises NotAllowed."""
    refuse_others(viewer)
    listed = _listed(store, by)
    return max(found.properties, key=lambda name: len(listed & area_boundaries.codes(found.features, name)))


def _listed(store: Store, by: str) -> set[str]:
    held, declared = read_places(store.cursor()), store.partnership.places
    zips = declared or held.counties
    return set(zips) if by == "zip" else {*zips.values(), *(() if declared else held.others)} - {""}


def keep(store: Store, viewer: Viewer, found: Read, by: str, chosen: str) -> Map:
    """Put a file that came in beside the settings, and the map that names it. It draws nothing until a setting does.

    Raises NotPossible for a file that cannot be drawn, NotAllowed, StoreUnavailable.
    """
    areas(store, viewer, found, by, chosen)
    with store.accepting:
        area_files.keep(store.folder, found.data)
    return _map(found.data, by, chosen)


def _map(data: bytes, by: str, chosen: str) -> Map:
    return Map.model_validate({"by": by, "file": area_files.name_of(data), "property": chosen})


def forget(store: Store, viewer: Viewer, maps: Iterable[Map]) -> None:
    """Remove the files of maps that came in by the page and that no version of the settings names: a change that was
    not made. Those of earlier versions stay, so that a change can be undone."""
    refuse_others(viewer)
    _remove(store, {m.file for m in maps})


def tidy(store: Store) -> None:
    """Remove every such file: when the store is opened, no change is on its way."""
    _remove(store, set(area_files.kept(store.folder)))


def _remove(store: Store, names: set[str]) -> None:
    if not names & set(area_files.kept(store.folder)):
        return
    with store.accepting:
        area_files.remove(store.folder, names - settings_versions.files_of_maps(store.cursor()))


def refuse_undrawable(store: Store, settings: Partnership) -> None:
    """Raise NotPossible where a map that is new in the settings cannot be drawn: its file is gone, or bad."""
    for chosen in settings.maps:
        if chosen not in store.partnership.maps:
            try:
                area_boundaries.read_boundaries(store.folder, chosen)
            except BadBoundaries as bad:
                raise NotPossible(str(bad)) from None
