"""Addresses that pages had before: a link that someone kept still opens the page, with what it had selected."""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

NOW = {
    "standing": ".",
    "measures": ".",  # the name of the first page, whose address is the root
    "detail": "measure",
    "beside": "partner-comparison",
    "fair": "equity-gaps",
    "send": "send-data",
    "due": "reporting-calendar",
    "good": "data-quality",
    "how": "how-it-is-measured",
}


async def moved(request: Request) -> RedirectResponse:
    """GET of an earlier address: where its page is now. Relative, so that it holds below any path of a proxy."""
    query = request.url.query
    return RedirectResponse(NOW[request.url.path.rpartition("/")[2]] + (f"?{query}" if query else ""), 308)


ROUTES = [Route(f"/{earlier}", moved) for earlier in NOW]
