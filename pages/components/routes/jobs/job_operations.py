"""What jobs may call, as one table: the routes, the OpenAPI document and the how-to page are held to it."""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Literal, NamedTuple

from data.ledger.job_tokens import SCOPES
from schemas.datasets.dataset_catalog import DATASETS

PLACE = "/api"


class Operation(NamedTuple):
    """One thing that a job can call. `scope`: what its token must be made to do; none: no token is asked for.

    `words`: what the address can say beside the path. `answers`: statuses, those of every operation left out.
    """

    name: str
    method: Literal["GET", "PUT", "POST"]
    path: str
    scope: str | None
    words: tuple[str, ...]
    answers: tuple[int, ...]
    does: str


_ONE = "/submissions/{number:int}"
OPERATIONS = (
    Operation(
        "send", "PUT", "/submissions/{dataset}", "send", ("covers", "accept", "accept_valid", "date_order"),
        (200, 202, 400, 404, 408, 409, 413, 422, 507), "Send a file",
    ),
    Operation("list", "GET", "/submissions", "read", (), (200,), "List what the partner has sent, newest first"),
    Operation("read", "GET", _ONE, "read", (), (200, 404), "Read one submission: its state, steps and findings"),
    Operation(
        "accept", "POST", _ONE + "/accept", "send", ("accept_valid",), (200, 400, 404, 409),
        "Accept a submission that waits, or one that was withdrawn",
    ),
    Operation(
        "withdraw", "POST", _ONE + "/withdraw", "withdraw", (), (200, 404, 409), "Withdraw an accepted submission"
    ),
    Operation("describe", "GET", "/openapi.json", None, (), (200,), "Read this description"),
)  # fmt: skip
_OF_EVERY = (401, 403, 429, 500, 503)
_MEANINGS = {
    200: "Done", 202: "Kept, and waits to be accepted",
    400: "The address says something unknown, or the file broke off",
    401: "No valid token", 403: "The token was not made for this, or the partner has left",
    404: "There is no such dataset or submission", 408: "The file came too slowly",
    409: "The step does not fit the state; the message says why", 413: "Too large",
    422: "Blocked: the findings say why", 429: "Too much at once: again in a minute", 500: "Something went wrong here",
    503: "Not now: again in a minute", 507: "No room on the disk",
}  # fmt: skip


def document(choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The OpenAPI 3.1 document. `choices`: the values of each word that the address can say."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        path = re.sub(r":\w+}", "}", PLACE + operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _described(operation, choices)
    bearer = {"type": "http", "scheme": "bearer", "description": f"A token is made to: {', '.join(SCOPES)}."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Concord: what a partner's jobs can call", "version": version("concord")},
        "paths": paths,
        "components": {"securitySchemes": {"token": bearer}, "schemas": {"Answer": _ANSWER}},
    }


_ANSWER = {
    "type": "object",
    "description": "Every error, and every answer about one file, says at least this.",
    "required": ["outcome", "message"],
    "properties": {"outcome": {"type": "string"}, "message": {"type": "string"}},
}


def _described(operation: Operation, choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    in_path = {"dataset": {"type": "string", "enum": list(DATASETS)}, "number": {"type": "integer", "minimum": 1}}
    named = re.findall(r"{(\w+)", operation.path)
    parameters = [{"name": n, "in": "path", "required": True, "schema": in_path[n]} for n in named]
    parameters += [{"name": w, "in": "query", "schema": _word(choices.get(w))} for w in operation.words]
    found: dict[str, Any] = {
        "operationId": operation.name, "summary": operation.does, "parameters": parameters,
        "responses": {str(status): _answer(operation, status) for status in _statuses(operation)},
    }  # fmt: skip
    if operation.scope:
        found["security"] = [{"token": []}]
        found["description"] = f"The token must be made to {operation.scope}."
    if operation.method == "PUT":
        found["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    return found


def _statuses(operation: Operation) -> list[int]:
    return sorted({*operation.answers, *(_OF_EVERY if operation.scope else ())})


def _answer(operation: Operation, status: int) -> dict[str, Any]:
    whole = operation.name in ("list", "describe") and status == 200
    schema = {"type": "object"} if whole else {"$ref": "#/components/schemas/Answer"}
    return {"description": _MEANINGS[status], "content": {"application/json": {"schema": schema}}}


def _word(values: Sequence[str] | None) -> dict[str, Any]:
    return {"type": "string", "enum": [v for v in values if v]} if values else {
        "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}:\d{4}-\d{2}-\d{2}$"
    }  # fmt: skip
