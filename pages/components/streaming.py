"""A chooser for files of any size: they stream to the server's disk, with their progress shown."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from delivery import Spooled
from pages.components import state
from pages.components.tickets import Tickets
from pages.components.uploader import CSS, HTML, JS
from schemas.viewer import Viewer

PLACE = "/upload"


@dataclass(eq=False)
class Upload:
    """A file on its way from a browser: whose it is, its name there (only ever shown), the file once it is whole."""

    viewer: Viewer
    partner_id: str
    name: str
    size: int
    word: str = ""
    under_way: bool = False
    file: Spooled | None = None

    @property
    def whole(self) -> Spooled:
        """The file; only for an upload that `uploader` has returned."""
        assert self.file
        return self.file


waiting: Tickets[Upload] = Tickets(seconds=600)


def uploader(viewer: Viewer, partner_id: str, key: str, label: str, hint: str) -> Upload | None:
    """Draw the chooser; the upload when a file is there whole (`upload.whole.open()` reads it, `upload.word` tells
    it from others), else None. It is kept for this session until it is removed, another one is chosen, or someone
    else looks."""
    place, drawn = f"{key}_upload", f"{key}_chooser"
    upload: Upload | None = st.session_state.get(place)
    if upload and (upload.viewer, upload.partner_id) != (viewer, partner_id):
        upload = None
        forget(key)
    draw = st.components.v2.component("concord_uploader", html=HTML, css=CSS, js=JS)
    draw(
        key=drawn,
        data={
            "label": label,
            "hint": hint,
            "most": state.store().partnership.policy.largest_stream_mb << 20,
            "url": f"{PLACE}/{upload.word}" if upload and not upload.file else None,
            "have": {"name": upload.name, "size": upload.size} if upload and upload.file else None,
        },
        on_wanted_change=lambda: _want(viewer, partner_id, key, st.session_state[drawn].get("wanted")),
        on_arrived_change=lambda: None,
        on_removed_change=lambda: forget(key),
    )
    return upload if upload and upload.file else None


def forget(key: str) -> None:
    """Let go of the file of a chooser; it goes from the disk."""
    upload: Upload | None = st.session_state.pop(f"{key}_upload", None)
    if upload:
        waiting.take(upload.word)


def _want(viewer: Viewer, partner_id: str, key: str, said: Any) -> None:
    """The browser wants to send a file: give it a ticket of its own."""
    forget(key)
    if said:
        upload = Upload(viewer, partner_id, str(said["name"])[:200], int(said["size"]))
        upload.word = waiting.offer(upload)
        st.session_state[f"{key}_upload"] = upload
