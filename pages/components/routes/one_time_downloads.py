"""Downloads that may hold exact figures or a partner's own rows: served once, to whoever was given the address.

Never `st.download_button`: its address works for everyone as long as the session lives.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import streamlit as st

from pages.components.frontend import assets
from pages.components.layout import page_state
from pages.components.routes.one_time_tickets import Tickets

PLACE = "/mine"

Data = bytes | Callable[[], Iterable[bytes]]
"""The bytes of a file, or what makes them piece by piece when they are asked for."""


@dataclass(frozen=True)
class Download:
    """A file to hand over: its data, its name and its media type."""

    data: Data
    name: str
    mime: str
    session: str | None = None
    """The sign-in that it was offered to, and that alone may take it; None in the demo."""

    def pieces(self) -> Iterable[bytes]:
        """The bytes."""
        return [self.data] if isinstance(self.data, bytes) else self.data()


waiting: Tickets[Download] = Tickets(seconds=300)


def offer(data: Data, name: str, mime: str) -> str:
    """The address of a file: it works once, within five minutes, for this sign-in alone, and is not kept."""
    return f"{PLACE}/{waiting.offer(Download(data, name, mime, page_state.session()))}"


def button(
    label: str,
    data: Data,
    name: str,
    mime: str,
    *,
    key: str,
    icon: str = ":material/download:",
    help: str | None = None,
) -> None:
    """A button that hands the file over each time it is pressed; `data` is only then asked for its bytes."""
    if st.button(label, key=key, icon=icon, help=help):
        fetch = st.components.v2.component("concord_fetch", js=assets.text("one_time_download.js"))
        fetch(data={"url": offer(data, name, mime), "name": name}, key=f"{key}_fetch", width="content")
