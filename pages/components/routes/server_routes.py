"""Addresses beside the pages: files handed over once, uploads that stream to disk, and jobs that send files.

Who may use them is settled before a byte of a body is read, and no answer holds a value of a file.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, cast, get_args
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from data.ledger.store import Store
from data.ledger.submissions import Window
from pages.components.forms import file_chooser
from pages.components.routes import (
    back_channel,
    earlier_addresses,
    health_route,
    local_socket,
    one_time_downloads,
    sign_in_guard,
)
from pages.components.routes.upload_stream import NOT_KEPT, Refused, failed, place, reply, spooled, store, without_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import DateOrder, Partner
from schemas.policy.rule_catalog import QUESTIONS
from schemas.policy.viewer import Viewer
from workflow import delivering, reading
from workflow.delivering import How

STATUS = {"accepted": 200, "known": 200, "checked": 200, "blocked": 422}
MOST_FINDINGS = 10_000
CHECKS = ThreadPoolExecutor(2, "concord-delivery")  # the others wait: each check fills a processor and has its memory
ELSEWHERE = "/api/{anything:path}"
CHOICES = {"accept": ("yes", "check_only"), "accept_valid": ("no", "yes"), "date_order": ("", *get_args(DateOrder))}


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
        with place(wanted.partner_id):
            file = await spooled(request, await store())
        wanted.size, wanted.file = file.size, file
        file_chooser.waiting.take(wanted.word)
        return reply(201, "Received.")
    except Exception as error:
        return failed(error)
    finally:
        wanted.under_way = False


async def submit(request: Request) -> Response:
    """PUT /api/submissions/{dataset}: a partner's job sends a file and hears what came of it."""
    try:
        opened = await store()
        partner = await _partner(request, opened)
        dataset, how = request.path_params["dataset"], _how(request)
        if dataset not in DATASETS:
            raise Refused(404, f"There is no such dataset; known datasets: {', '.join(DATASETS)}.")
        with place(partner.id):
            file = await spooled(request, opened)
            loop = asyncio.get_running_loop()

            def delivered() -> dict[str, Any]:
                # Who has gone while the others were checked sends it again; meanwhile nobody waits for it.
                if asyncio.run_coroutine_threadsafe(request.is_disconnected(), loop).result():
                    raise ClientDisconnect
                actor = f"job:{partner.id}"
                return delivering.deliver(opened, file, dataset, partner.id, how, actor, viewer=_job(partner))

            try:
                answer = await loop.run_in_executor(CHECKS, delivered)
            finally:
                file.delete()
        return JSONResponse(answer, STATUS[answer["outcome"]], NOT_KEPT)
    except Exception as error:
        return failed(error)


async def submissions(request: Request) -> Response:
    """GET /api/submissions: the partner's own ledger, newest first."""
    try:
        opened = await store()
        viewer = _job(await _partner(request, opened))
        found = await to_thread.run_sync(reading.read_submissions, opened, viewer)
        return JSONResponse({"submissions": delivering.listing(opened, found)}, headers=NOT_KEPT)
    except Exception as error:
        return failed(error)


async def no_such(request: Request) -> Response:
    """Anything else below /api: without this a page would answer, with 200, as if the file had been taken."""
    return reply(405, "Here files are sent by PUT /api/submissions/DATASET, and listed by GET /api/submissions.")


async def _partner(request: Request, opened: Store) -> Partner:
    """Whose job it is: the token alone says so."""
    scheme, _, words = request.headers.get("authorization", "").partition(" ")
    partner = await to_thread.run_sync(delivering.bearer, opened, words.strip()) if scheme.lower() == "bearer" else None
    if partner is None:
        message = "Send a valid token as “Authorization: Bearer …”: `concord token new PARTNER` makes one."
        raise Refused(401, message, **{"WWW-Authenticate": "Bearer"})
    try:
        return opened.partnership.sender(partner.id)
    except KeyError as error:
        raise Refused(403, f"{error.args[0]}.") from None


def _job(partner: Partner) -> Viewer:
    """As whom a job acts: as the partner whose token it shows, and as nobody else."""
    return Viewer(role="partner", partner_id=partner.id)


def _how(request: Request) -> How:
    said = dict(request.query_params)
    for name, value in said.items():
        if name not in ("covers", "confirm") and value not in CHOICES.get(name, ()):
            known = "; ".join(
                [
                    "covers=FIRST:LAST",
                    "confirm=QUESTION,QUESTION",
                    *(f"{n}={'|'.join(filter(None, v))}" for n, v in CHOICES.items()),
                ]
            )
            raise Refused(400, f"The address can say: {known}.")
    try:
        covers = Window.read(said["covers"]) if "covers" in said else None
    except ValueError as error:
        raise Refused(400, f"covers: {error}.") from None
    confirmed = frozenset(filter(None, said.get("confirm", "").split(",")))
    if confirmed - set(QUESTIONS):
        raise Refused(400, f"confirm: there are these questions: {', '.join(QUESTIONS)}.")
    order = cast(DateOrder | None, said.get("date_order") or None)
    valid, only_check = said.get("accept_valid") == "yes", said.get("accept") == "check_only"
    return How(covers, order, valid, only_check, confirmed, most_findings=MOST_FINDINGS)


@asynccontextmanager
async def while_serving(_: object) -> AsyncIterator[None]:
    """Open the store when the server starts, and what the command asks beside it; when it cannot be opened, the pages
    say why."""
    async with AsyncExitStack() as open_now:
        with suppress(Refused):
            await open_now.enter_async_context(local_socket.open_beside(await store()))
        yield


def only(path: str, **methods: Callable[[Request], Any]) -> Route:
    """A route for one method alone: Starlette would add HEAD to GET, which would use a download up."""
    name, endpoint = next(iter(methods.items()))
    route = Route(path, endpoint, methods=[name])
    route.methods = {name}
    return route


ROUTES = [
    only(one_time_downloads.PLACE + "/{word}", GET=hand_over),
    only(file_chooser.PLACE + "/{word}", PUT=upload),
    only("/api/submissions/{dataset}", PUT=submit),
    only("/api/submissions", GET=submissions),
    Route(ELSEWHERE, no_such, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    only(health_route.PLACE, GET=health_route.show),
    only(back_channel.PLACE + "/{provider}", POST=back_channel.sign_out),
    *earlier_addresses.ROUTES,
]
