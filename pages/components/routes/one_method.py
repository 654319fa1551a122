"""A route for one method alone."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route


def only(path: str, **methods: Callable[[Request], Any]) -> Route:
    """`only(path, GET=endpoint)`: Starlette would add HEAD to GET, which would use a download up."""
    name, endpoint = next(iter(methods.items()))
    route = Route(path, endpoint, methods=[name])
    route.methods = {name}
    return route
