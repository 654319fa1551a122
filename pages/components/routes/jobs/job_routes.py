"""What a partner's job calls: it sends files, lists and reads what was sent, accepts and withdraws. JSON throughout.

Who may is settled by the token before a byte of a body is read. No answer holds a value of a file.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast, get_args

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from data.ledger.store import Store
from data.ledger.submissions import Window
from pages.components.routes.jobs.job_operations import OPERATIONS, PLACE, Operation, document
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
)
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import DateOrder, Partner
from schemas.policy.rule_catalog import QUESTIONS
from schemas.policy.viewer import Viewer
from workflow import accepting, delivering, reading
from workflow.delivering import How

STATUS = {"accepted": 200, "known": 200, "checked": 200, "waiting": 202, "blocked": 422}
MOST_FINDINGS = 10_000
AT_ONCE = 2 if (os.cpu_count() or 1) > 2 else 1
CHECKS = ThreadPoolExecutor(AT_ONCE, "concord-delivery")  # others wait: each fills a processor, and takes 60 MB
ELSEWHERE = PLACE + "/{anything:path}"
CHOICES = {
    "accept": ("yes", "later", "check_only"), "accept_valid": ("no", "yes"), "date_order": ("", *get_args(DateOrder)),
}  # fmt: skip


async def submit(request: Request) -> Response:
    """A file, and what came of it."""
    opened = await store()
    partner, viewer = await _caller(request, opened, "send")
    dataset, how = request.path_params["dataset"], _how(request)
    if dataset not in DATASETS:
        raise Refused(404, f"There is no such dataset; known datasets: {', '.join(DATASETS)}.")
    refuse_untaken(opened, partner.id, dataset)
    with place(partner.id):
        file = await spooled(request, opened)
        loop = asyncio.get_running_loop()

        def delivered() -> dict[str, Any]:
            # Who has gone while the others were checked sends it again; meanwhile nobody waits for it.
            if asyncio.run_coroutine_threadsafe(request.is_disconnected(), loop).result():
                raise ClientDisconnect
            # What a job had under way at a crash is forgotten: it sends again. What it left to be accepted stays.
            actor = f"{'api' if how.later else 'job'}:{partner.id}"
            return delivering.deliver(opened, file, dataset, partner.id, how, actor, viewer=viewer)

        try:
            answer = await loop.run_in_executor(CHECKS, delivered)
        finally:
            file.delete()
    return JSONResponse(answer, STATUS[answer["outcome"]], NOT_KEPT)


def waiting() -> int:
    """How many files of jobs wait for their check."""
    return CHECKS._work_queue.qsize()


async def listed(request: Request) -> Response:
    """The partner's own ledger, newest first."""
    opened = await store()
    _, viewer = await _caller(request, opened, "read")
    found = await to_thread.run_sync(reading.read_submissions, opened, viewer)
    return JSONResponse({"submissions": delivering.listing(opened, found)}, headers=NOT_KEPT)


async def read(request: Request) -> Response:
    """One submission."""
    return await _one(request, "read", lambda *_: None)


async def accept(request: Request) -> Response:
    """Accept a checked submission: it counts from now on."""
    valid = _said(request, ("accept_valid",)).get("accept_valid") == "yes"

    def accepted(opened: Store, viewer: Viewer, number: int, actor: str) -> None:
        accepting.accept(opened, number, accept_valid=valid, actor=actor, viewer=viewer)

    return await _one(request, "send", accepted)


async def withdraw(request: Request) -> Response:
    """Take an accepted submission back."""

    def withdrawn(opened: Store, viewer: Viewer, number: int, actor: str) -> None:
        accepting.withdraw(opened, number, actor, viewer=viewer)

    return await _one(request, "withdraw", withdrawn)


async def no_such(request: Request) -> Response:
    """Anything else below /api: without this a page would answer, with 200, as if the file had been taken."""
    return reply(405, f"There is nothing to call here in this way. GET {PLACE}/openapi.json describes what there is.")


async def describe(_: Request) -> Response:
    """The OpenAPI document: it says nothing of anybody's data."""
    return JSONResponse(document(CHOICES), headers=NOT_KEPT)


async def _one(request: Request, scope: str, step: Callable[[Store, Viewer, int, str], None]) -> Response:
    """Take a step with one submission of the caller's, then answer how it stands."""
    opened, number = await store(), request.path_params["number"]
    partner, viewer = await _caller(request, opened, scope)

    def taken() -> dict[str, Any]:
        if not any(e.submission == number for e in reading.read_submissions(opened, viewer)):
            raise Refused(404, "There is no such submission of this partner.")
        step(opened, viewer, number, f"job:{partner.id}")
        return delivering.read_sent(opened, viewer, number, MOST_FINDINGS)

    return JSONResponse(await to_thread.run_sync(taken), headers=NOT_KEPT)


async def _caller(request: Request, opened: Store, scope: str) -> tuple[Partner, Viewer]:
    """Whose job it is, and as whom it acts: the token alone says so."""
    kind, _, words = request.headers.get("authorization", "").partition(" ")
    address = request.client.host if request.client else ""
    known = (
        await to_thread.run_sync(delivering.bearer, opened, words.strip(), address)
        if kind.lower() == "bearer"
        else None
    )
    if known is None:
        message = "Send a valid token as “Authorization: Bearer …”: `concord token new PARTNER` makes one."
        raise Refused(401, message, **{"WWW-Authenticate": "Bearer"})
    if scope not in known[1].may:
        raise Refused(403, f"This token was not made to {scope}: `concord token new PARTNER --may {scope}` makes one.")
    partner = known[0]
    if partner.has_left(opened.partnership.day):
        refuse_untaken(opened, partner.id)
    return partner, Viewer(role="partner", partner_id=partner.id)


def _said(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """What stands in the address. Raises Refused for what it cannot say."""
    said = dict(request.query_params)
    for name, value in said.items():
        if name not in known or (name in CHOICES and value not in CHOICES[name]):
            words = [f"{n}={'|'.join(filter(None, CHOICES[n]))}" if n in CHOICES else _FREE[n] for n in known]
            raise Refused(400, f"The address can say: {'; '.join(words) or 'nothing more'}.")
    return said


_FREE = {"covers": "covers=FIRST:LAST", "confirm": "confirm=QUESTION,QUESTION"}


def _how(request: Request) -> How:
    said = _said(request, ("covers", "confirm", *CHOICES))
    try:
        covers = Window.read(said["covers"]) if "covers" in said else None
    except ValueError as error:
        raise Refused(400, f"covers: {error}.") from None
    confirmed = frozenset(filter(None, said.get("confirm", "").split(",")))
    if confirmed - set(QUESTIONS):
        raise Refused(400, f"confirm: there are these questions: {', '.join(QUESTIONS)}.")
    order, accept_now = cast(DateOrder | None, said.get("date_order") or None), said.get("accept", "yes")
    return How(
        covers, order, said.get("accept_valid") == "yes", accept_now == "check_only", accept_now == "later",
        confirmed=confirmed, most_findings=MOST_FINDINGS,
    )  # fmt: skip


def _answered(endpoint: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """An endpoint whose errors are answered as JSON."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Exception as error:
            return failed(error)

    return answer


_ENDPOINTS: dict[str, Callable[[Request], Any]] = {
    "send": submit, "list": listed, "read": read, "accept": accept, "withdraw": withdraw, "describe": describe,
}  # fmt: skip


def _route(operation: Operation) -> Any:
    return only(PLACE + operation.path, **{operation.method: _answered(_ENDPOINTS[operation.name])})


ROUTES = [
    *(_route(operation) for operation in OPERATIONS),
    Route(ELSEWHERE, no_such, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
]
