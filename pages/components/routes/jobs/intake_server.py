"""The server without pages: what partners' jobs call, and its health. Beside the app it takes files in, where the store
lies on Postgres; all else is done by the app alone."""

from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from pages.components.layout import opened_store
from pages.components.routes import health_route, request_log
from pages.components.routes.host_guard import HostGuard
from pages.components.routes.jobs import job_routes
from pages.components.routes.one_method import only
from pages.components.routes.rate_limit import RateLimit
from pages.components.routes.request_log import RequestLog
from pages.components.routes.security_headers import SecurityHeaders


def run(address: str, port: int, hosts: Sequence[str]) -> None:
    """Serve until it is told to stop; what is under way is finished first. Raises as `opened_store.opened` does: a
    server that cannot open its store does not begin."""
    store = opened_store.opened()
    request_log.settle()
    app = Starlette(
        routes=[*job_routes.ROUTES, only(health_route.PLACE, GET=health_route.show)],
        middleware=[
            Middleware(RequestLog),
            Middleware(SecurityHeaders, encrypted=opened_store.sign_in().encrypted),
            Middleware(HostGuard, hosts=hosts),
            Middleware(RateLimit),
        ],
    )
    uvicorn.run(app, host=address, port=port, log_config=None, access_log=False, server_header=False)
    store.close()
