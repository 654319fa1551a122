"""The line between a browser and the pages, without a browser: what a visit costs the server, and what is sent."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 60.0
_NOBODY = "PLACEHOLDER_AUTH_TOKEN"
"""What a browser sends in place of a token that it does not have."""


class PageLine:
    """One tab of a browser. `received`: bytes that came."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._line: ClientConnection | None = None
        self._pages: dict[str, str] = {}
        self._known: dict[str, bytes] = {}
        self.received = 0

    async def open(self, token: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        """Begin a session, with the cookie's token and headers such as the cookies themselves. Raises OSError,
        TimeoutError and what websockets raises."""
        self._known.clear()
        self._line = await connect(
            f"{self._url.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=["streamlit", token or _NOBODY],
            origin=self._url, max_size=None, additional_headers=headers, open_timeout=PATIENCE,
        )  # fmt: skip

    async def close(self) -> None:
        if self._line:
            await self._line.close()

    async def page(self, path: str, query: str = "", pressed: str = "") -> AsyncIterator[ForwardMsg]:
        """Ask for a page by its address (the first page of all when it is not known yet), as though the button
        `pressed` were pressed there; all messages until its script has run through. What the browser has already is put
        in. Raises as `open` does."""
        assert self._line
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self._pages.get(path, "")
        asked.rerun_script.query_string = query
        asked.rerun_script.cached_message_hashes.extend(self._known)
        if pressed:
            state = asked.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = pressed, True
        await self._line.send(asked.SerializeToString())
        while True:
            raw = await asyncio.wait_for(self._line.recv(), PATIENCE)
            assert isinstance(raw, bytes)
            self.received += len(raw)
            message = ForwardMsg.FromString(raw)
            if message.WhichOneof("type") == "ref_hash":
                message = ForwardMsg.FromString(self._known[message.ref_hash])
            elif message.metadata.cacheable:
                self._known[message.hash] = raw
            for page in message.navigation.app_pages:
                self._pages["" if page.is_default else page.url_pathname] = page.page_script_hash
            yield message
            if message.WhichOneof("type") == "script_finished":
                return
