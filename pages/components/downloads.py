"""Downloads that may hold exact figures or a partner's own rows: served once, to whoever was given the address.

Never `st.download_button`: its address works for everyone as long as the session lives.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.components.tickets import Tickets

PLACE = "/mine"
_FETCH = """
const fetched = new Set()
export default function({ data }) {
    if (fetched.has(data.url)) return
    fetched.add(data.url)
    const link = document.createElement("a")
    link.href = data.url
    link.download = data.name
    link.click()
}
"""


@dataclass(frozen=True)
class Download:
    """A file to hand over: its bytes (or what makes them, when they are asked for), its name and its media type."""

    data: bytes | Callable[[], bytes]
    name: str
    mime: str

    def content(self) -> bytes:
        """The bytes."""
        return self.data if isinstance(self.data, bytes) else self.data()


waiting: Tickets[Download] = Tickets(seconds=300)


def offer(data: bytes | Callable[[], bytes], name: str, mime: str) -> str:
    """The address of a file: it works once, within five minutes, and is never kept by the browser."""
    return f"{PLACE}/{waiting.offer(Download(data, name, mime))}"


def button(
    label: str,
    data: bytes | Callable[[], bytes],
    name: str,
    mime: str,
    *,
    key: str,
    icon: str = ":material/download:",
    help: str | None = None,
) -> None:
    """A button that hands the file over each time it is pressed; `data` is only then asked for its bytes."""
    if st.button(label, key=key, icon=icon, help=help):
        fetch = st.components.v2.component("concord_fetch", js=_FETCH)
        fetch(data={"url": offer(data, name, mime), "name": name}, key=f"{key}_fetch", width="content")
