"""The part of the `concord` command for work that goes on by itself: a watched folder, and tokens for jobs."""

import dataclasses
import ipaddress
import json
import os
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, BinaryIO
from urllib.parse import urlencode, urlsplit

import typer

from data.ledger import data_folder, job_tokens
from data.ledger.store import StoreInUse
from data.ledger.submissions import NotPossible
from data.receiving.watched_folder import DropFolder, Dropped
from workflow import administering, delivering
from workflow.delivering import How

token = typer.Typer(help="Tokens with which a partner's scheduled jobs send files.", no_args_is_help=True)
TOKEN_VARIABLE = "CONCORD_TOKEN"  # noqa: S105 - the name of a variable
BUSY, UNAUTHORISED = {408, 409, 425, 429, 500, 502, 503, 504, 507}, {401, 403}

Data = Annotated[Path, typer.Option("--data", envvar="CONCORD_DATA", help="The data folder.")]
VAR = Path("var")


@token.command("new")
def new(
    partner: Annotated[str, typer.Argument(help="Id of the partner whose files the job sends.")],
    data: Data = VAR,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days that it works.")] = job_tokens.DAYS,
) -> None:
    """Make a token and show it, once: only its SHA-256 is kept. Works while the app runs."""
    data_folder.read_settings(data).partner(partner)
    words, kept = job_tokens.new_token(data, partner, days)
    typer.echo(f"Token {kept.id} for {partner}, until {kept.expires:%Y-%m-%d}. It is shown only now:", err=True)
    typer.echo(words)


@token.command("list")
def list_tokens(data: Data = VAR, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List every token: id, partner, state, days."""
    data_folder.read_settings(data)
    at = job_tokens.now()
    rows = [
        {"token": t.id, "partner": t.partner_id, "state": t.state(at), "made": f"{t.made:%Y-%m-%d}",
         "expires": f"{t.expires:%Y-%m-%d}"}
        for t in job_tokens.tokens(data)
    ]  # fmt: skip
    lines = [f"{r['token']}  {r['partner']:<16} {r['state']:<9} {r['made']} to {r['expires']}" for r in rows]
    typer.echo(
        json.dumps(rows, indent=2) if as_json else "\n".join(lines) or "No token yet: `concord token new PARTNER`."
    )


@token.command("revoke")
def revoke(token_id: Annotated[str, typer.Argument(metavar="ID")], data: Data = VAR) -> None:
    """End a token at once, also while the app runs."""
    ended = job_tokens.revoke_token(data, token_id)
    typer.echo(f"Token {ended.id} of {ended.partner_id} is revoked.")


_IN_USE = (
    "the running app owns the data folder: stop it, or send through it with "
    f"--url http://127.0.0.1:8501 and the partner's token in {TOKEN_VARIABLE}"
)


class _Later(Exception):
    """A file cannot be sent now; it stays where it is and is tried again. Says why."""


Send = Callable[[Dropped], dict[str, Any]]


def watch(folder: Path, data: Path, url: str | None, how: How, every: float) -> None:
    """Send what arrives in a folder until Ctrl-C (which lets the present file end).

    A file that was sent lies in `done/` or `blocked/` beside its findings; one that could not be sent stays and is
    tried again. Values of cells are never written beside it.
    """
    how = dataclasses.replace(how, show_values=False)
    send = _through(url, how) if url else _into(data, how)
    drop, told, stop = DropFolder(folder, by_partner=url is None), dict[Path, str](), _until_stopped()
    shape = "<dataset>/" if url else "<partner>/<dataset>/"
    typer.echo(f"Watching {folder / shape}, every {every:g} s. Ctrl-C stops it.", err=True)
    while not stop.is_set():
        for file in drop.arrived():
            if stop.is_set():
                break
            line = f"{file.path.relative_to(folder)}{_sent(file, send, drop)}"
            if line != told.get(file.path):
                typer.echo(line)
            told[file.path] = line
        told = {path: line for path, line in told.items() if path.exists()}
        stop.wait(every)
    typer.echo("Stopped: what was sent is put away, the rest waits for the next start.", err=True)


def _sent(file: Dropped, send: Send, drop: DropFolder) -> str:
    """Send a file and put it away: what came of it. Nothing about one file keeps the others from being sent."""
    try:
        answer = send(file)
        return f": {answer['message']} It lies in {drop.put_away(file, answer).parent.name}/."
    except (_Later, OSError) as why:
        return f" waits: {why}"
    except (NotPossible, data_folder.NotReady):
        raise
    except Exception as error:  # only its kind: its words may hold a value
        return f" waits: it could not be checked ({type(error).__name__})."


def _until_stopped() -> threading.Event:
    stop = threading.Event()

    def end(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)  # a second Ctrl-C does not wait

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return stop


def _into(data: Path, how: How) -> Send:
    """Into the data folder itself, which is opened for each file only, so that it is free in between."""
    try:
        administering.open_partnership(data).close()
    except StoreInUse:
        raise NotPossible(_IN_USE) from None

    def send(file: Dropped) -> dict[str, Any]:
        try:
            store = administering.open_partnership(data)
        except StoreInUse:
            raise _Later(_IN_USE) from None
        try:
            return delivering.deliver(
                store, file.path, file.dataset, file.partner_id or "", how, f"watch:{file.partner_id}"
            )
        except KeyError as error:
            return _not_sent(str(error.args[0]))
        finally:
            store.close()

    return send


def _not_sent(why: str) -> dict[str, Any]:
    return {"outcome": "blocked", "message": why, "findings": []}


def _through(url: str, how: How) -> Send:
    """Through a running Concord; the token says whose files they are. Raises NotPossible when it is refused."""
    words = os.environ.get(TOKEN_VARIABLE, "")
    if not words:
        raise NotPossible(f"set {TOKEN_VARIABLE} to a token of the partner: `concord token new PARTNER`")
    asker = _asker(url)
    query = {
        "covers": ":".join(map(str, how.covers)) if how.covers else None, "date_order": how.date_order,
        "accept": "check_only" if how.only_check else None, "accept_valid": "yes" if how.accept_valid else None,
    }  # fmt: skip
    said = urlencode({name: value for name, value in query.items() if value})

    def send(file: Dropped) -> dict[str, Any]:
        # First without the file: a refusal in the middle of a large body might not be heard.
        _asked(asker, _request(url), words)
        with file.path.open("rb") as body:
            request = _request(url, f"/{file.dataset}?{said}", body)
            request.add_header("Content-Length", str(os.fstat(body.fileno()).st_size))
            request.add_header("Content-Type", "application/octet-stream")
            return _asked(asker, request, words)

    return send


def _request(url: str, place: str = "", body: BinaryIO | None = None) -> urllib.request.Request:
    at = f"{url.rstrip('/')}/api/submissions{place}"
    return urllib.request.Request(at, body, method="PUT" if body else "GET")  # noqa: S310 - `_asker` looked at it


def _asker(url: str) -> urllib.request.OpenerDirector:
    """What asks a server, past any proxy on this machine. Raises NotPossible where the token could be overheard."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise NotPossible(f"{url}: another machine must be reached by https, or the token could be overheard")
    return urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if here else []))


def _asked(asker: urllib.request.OpenerDirector, request: urllib.request.Request, words: str) -> Any:
    request.add_unredirected_header("Authorization", f"Bearer {words}")
    try:
        with asker.open(request) as response:
            return json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            answer = _answer(error)
        if error.code in UNAUTHORISED:
            raise NotPossible(answer["message"]) from None
        if error.code in BUSY:
            raise _Later(answer["message"]) from None
        return {"findings": []} | answer | {"outcome": "blocked"}
    except OSError as error:
        raise _Later(f"the server does not answer ({error})") from None


def _answer(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        return dict(json.loads(error.read()))
    except ValueError:
        return {"message": f"the server answered {error.code} {error.reason}"}
