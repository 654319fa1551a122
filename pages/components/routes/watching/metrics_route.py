"""GET /metrics: for a program that watches the server, with a token made for that alone; or for backbone staff who are
signed in. Nobody else learns even how busy it is."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from data.ledger.store import Store
from pages.components.access import who_looks
from pages.components.routes import health_route, sign_in_guard, upload_stream
from pages.components.routes.jobs import job_routes
from pages.components.routes.upload_stream import NOT_KEPT, Refused
from schemas.policy.viewer import BACKBONE, Viewer
from workflow import delivering
from workflow.access.permitting import NotAllowed
from workflow.watching import metrics

PLACE = "/metrics"
NOT_YOURS = "Metrics are for backbone staff, or for a token that is made for them."
TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def show(request: Request) -> Response:
    """The metrics; 401 for who shows nothing that is right, 403 for who is signed in as somebody else."""
    try:
        opened = await upload_stream.store()
        viewer = await _viewer(request, opened)
        health = await to_thread.run_sync(health_route.look)
        queues = {"uploads": upload_stream.under_way(), "checks": job_routes.waiting()}
        text = await to_thread.run_sync(metrics.text, opened, viewer, health, queues)
    except NotAllowed:
        return upload_stream.failed(Refused(403, NOT_YOURS))
    except Exception as error:
        return upload_stream.failed(error)
    return PlainTextResponse(text, headers={**NOT_KEPT, "Content-Type": TYPE})


async def _viewer(request: Request, opened: Store) -> Viewer:
    """As whom it is read."""
    kind, _, words = request.headers.get("authorization", "").partition(" ")
    address = request.client.host if request.client else ""
    if kind.lower() == "bearer":
        if await to_thread.run_sync(delivering.watches, opened, words.strip(), address):
            return BACKBONE
    elif who_looks.way(opened.partnership) == "chooser":
        return who_looks.audience(request.query_params.get("as"), ())
    elif guest := await sign_in_guard.admitted(request):
        found = guest.viewer(tuple(p.id for p in opened.partnership.members))
        if found is not None:
            return found
    message = "Sign in as backbone staff, or send a token for metrics: `concord token watch` makes one."
    raise Refused(401, message, **{"WWW-Authenticate": "Bearer"})
