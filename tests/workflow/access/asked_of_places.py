"""The part of `asked_functions` that is about places and boundaries."""

from collections.abc import Callable
from typing import Any

from data.ledger.store import Store
from data.receiving import spool
from data.receiving.spool import Spooled
from schemas.policy.access.permissions import Action
from schemas.policy.viewer import Viewer
from workflow.governing import listed_places, map_files

SHAPES = map_files.Read(
    b'{"features": [{"properties": {"zip": "01211"}}]}', [{"properties": {"zip": "01211"}}], ["zip"]
)


def shapes(store: Store) -> Spooled:
    """A file of boundaries that came in."""
    return spool.receive(store.folder, [SHAPES.data], 1_000)


ASK_OF_PLACES: dict[str, tuple[Action, Callable[[Any, Viewer, str], Any]]] = {
    "listed_places.read": ("change_settings", lambda w, v, p: listed_places.read(w.store, v)),
    "map_files.read": ("change_settings", lambda w, v, p: map_files.read(w.store, v, shapes(w.store))),
    "map_files.areas": ("change_settings", lambda w, v, p: map_files.areas(w.store, v, SHAPES, "zip", "zip")),
    "map_files.fit": ("change_settings", lambda w, v, p: map_files.fit(w.store, v, "zip", {})),
    "map_files.likeliest": ("change_settings", lambda w, v, p: map_files.likeliest(w.store, v, "zip", SHAPES)),
    "map_files.keep": ("change_settings", lambda w, v, p: map_files.keep(w.store, v, SHAPES, "zip", "zip")),
    "map_files.forget": ("change_settings", lambda w, v, p: map_files.forget(w.store, v, ())),
}
