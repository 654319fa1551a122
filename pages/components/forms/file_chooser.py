"""A chooser for files of any size: they stream to the server's disk, with their progress shown."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from data.receiving.spool import Spooled
from pages.components.frontend import assets
from pages.components.layout import page_state
from pages.components.routes.one_time_tickets import Tickets
from schemas.policy.viewer import Viewer

PLACE = "/upload"


@dataclass(eq=False)
class Upload:
    """A file on its way from a browser: whose it is (None: the partnership's own, by backbone staff), its name there
    (only ever shown), the file once it is whole."""

    viewer: Viewer
    partner_id: str | None
    name: str
    size: int
    most: int | None = None
    """Bytes, where fewer may come than in a partner's file."""
    asked: str = ""
    """What the browser calls its question for this upload, so that the answer is not taken for another's."""
    word: str = ""
    session: str | None = None
    """The sign-in that may send it; None in the demo."""
    under_way: bool = False
    file: Spooled | None = None

    @property
    def whole(self) -> Spooled:
        """The file; only for an upload that `uploader` has returned."""
        assert self.file
        return self.file


waiting: Tickets[Upload] = Tickets(seconds=600)


def uploader(
    viewer: Viewer,
    partner_id: str | None,
    key: str,
    label: str,
    hint: str,
    most: int | None = None,
    smaller: str = "send it in parts",
) -> Upload | None:
    """Draw the chooser; the upload when a file is there whole (`upload.whole.open()` reads it, `upload.word` tells
    it from others), else None. It is kept for this session until it is removed, another one is chosen, or someone
    else looks. `most`: bytes, where fewer may come than in a partner's file; `smaller`: what is said of a
    larger one."""
    place, drawn = held(key), f"{key}_chooser"
    upload: Upload | None = st.session_state.get(place)
    if upload and (upload.viewer, upload.partner_id) != (viewer, partner_id):
        upload = None
        forget(key)
    arrived = upload if upload and upload.file else None
    largest = page_state.store().partnership.policy.largest_upload_mb << 20
    html, css, js = (assets.text(f"file_chooser.{kind}") for kind in ("html", "css", "js"))
    draw = st.components.v2.component("concord_uploader", html=html, css=css, js=js)
    draw(
        key=drawn,
        data={
            "label": label,
            "hint": hint,
            "most": min(most or largest, largest),
            "smaller": smaller,
            "url": f"{PLACE}/{upload.word}" if upload else None,
            "asked": upload.asked if upload else None,
            "have": {"name": arrived.name, "size": arrived.size} if arrived else None,
        },
        on_wanted_change=lambda: _want(viewer, partner_id, key, most, st.session_state[drawn].get("wanted")),
        on_arrived_change=lambda: None,
        on_removed_change=lambda: forget(key),
    )
    return arrived


def held(key: str) -> str:
    """Where a session holds the upload of a chooser."""
    return f"{key}_upload"


def forget(key: str) -> None:
    """Let go of the file of a chooser: it goes from the disk; who reads it can go on."""
    upload: Upload | None = st.session_state.pop(held(key), None)
    if upload:
        waiting.take(upload.word)
        if upload.file:
            upload.file.delete()


def _want(viewer: Viewer, partner_id: str | None, key: str, most: int | None, said: Any) -> None:
    """The browser wants to send a file: give it a ticket of its own."""
    forget(key)
    if said:
        upload = Upload(viewer, partner_id, str(said["name"])[:200], int(said["size"]), most, str(said["asked"])[:40])
        upload.session = page_state.session()
        upload.word = waiting.offer(upload)
        st.session_state[held(key)] = upload
