"""Addresses beside the pages: files handed over once, uploads that stream to disk, and what jobs call.

Who may use them is settled before a byte of a body is read, and no answer holds a value of a file.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from pages.components.forms import file_chooser
from pages.components.layout import opened_store
from pages.components.messages import post_round
from pages.components.routes import (
    back_channel,
    calendar_feed,
    earlier_addresses,
    health_route,
    local_socket,
    one_time_downloads,
    sign_in_guard,
)
from pages.components.routes.jobs import job_routes
from pages.components.routes.one_method import only
from pages.components.routes.upload_stream import (
    NOT_KEPT,
    Refused,
    failed,
    place,
    refuse_untaken,
    reply,
    spooled,
    store,
    without_words,
)
from pages.components.routes.watching import garbage, metrics_route, release_round
from schemas.policy.access.permissions import may


async def hand_over(request: Request) -> Response:
    """GET /mine/{word}: the file that was offered, once."""
    word = request.path_params["word"]
    known = one_time_downloads.waiting.find(word)
    if known and not await sign_in_guard.may_take(request, known.session):
        return PlainTextResponse(sign_in_guard.NOT_YOURS, 403, NOT_KEPT)
    offered = one_time_downloads.waiting.take(word)
    if offered is None:
        gone = "This download was used or is older than five minutes. Go back to the page and press its button again."
        return PlainTextResponse(gone, 404, NOT_KEPT)
    named = f"attachment; filename*=UTF-8''{quote(offered.name, safe='')}"
    headers = {**NOT_KEPT, "Content-Disposition": named}
    return StreamingResponse(without_words(offered.pieces()), headers=headers, media_type=offered.mime)


async def upload(request: Request) -> Response:
    """PUT /upload/{word}: a file that the page was told about, into the spool."""
    wanted = file_chooser.waiting.find(request.path_params["word"])
    if wanted is None or wanted.under_way or wanted.file:
        return reply(404, "This upload was used or is older than ten minutes. Choose the file again.")
    if not await sign_in_guard.may_take(request, wanted.session):
        return reply(403, sign_in_guard.NOT_YOURS)
    wanted.under_way = True
    try:
        opened = await store()
        if wanted.partner_id is None and not may(wanted.viewer, "change_settings"):
            raise Refused(403, "Backbone staff alone send files of the partnership.")
        if wanted.partner_id is not None:
            refuse_untaken(opened, wanted.partner_id)
        with place(wanted.partner_id or ""):
            file = await spooled(request, opened, wanted.most)
        wanted.size, wanted.file = file.size, file
        file_chooser.waiting.take(wanted.word)
        return reply(201, "Received.")
    except Exception as error:
        return failed(error)
    finally:
        wanted.under_way = False


@asynccontextmanager
async def while_serving(_: object) -> AsyncIterator[None]:
    """Open the store when the server starts, and what the command asks beside it; when it cannot be opened, the pages
    say why."""
    async with AsyncExitStack() as open_now:
        for rounds in (post_round.rounds, garbage.rounds):
            open_now.callback(asyncio.create_task(rounds()).cancel)
        with suppress(Refused):
            await open_now.enter_async_context(local_socket.open_beside(await store()))
            open_now.callback(opened_store.views().write)
        yield


@asynccontextmanager
async def while_showing_releases(_: object) -> AsyncIterator[None]:
    """Open the newest release when the server starts, and look for newer ones as long as it runs."""
    async with AsyncExitStack() as open_now:
        for rounds in (release_round.rounds, garbage.rounds):
            open_now.callback(asyncio.create_task(rounds()).cancel)
        with suppress(Refused):
            await store()
        yield


OF_RELEASES = [
    only(one_time_downloads.PLACE + "/{word}", GET=hand_over),
    only(health_route.PLACE, GET=health_route.show),
    only(back_channel.PLACE + "/{provider}", POST=back_channel.sign_out),
    *earlier_addresses.ROUTES,
]
"""Addresses of a server that only shows releases: it takes nothing."""
ROUTES = [
    only(one_time_downloads.PLACE + "/{word}", GET=hand_over),
    only(file_chooser.PLACE + "/{word}", PUT=upload),
    *job_routes.ROUTES,
    only(health_route.PLACE, GET=health_route.show),
    only(metrics_route.PLACE, GET=metrics_route.show),
    only(back_channel.PLACE + "/{provider}", POST=back_channel.sign_out),
    only(calendar_feed.PLACE + "/{word}.ics", GET=calendar_feed.show),
    *earlier_addresses.ROUTES,
]
