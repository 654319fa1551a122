"""A watched folder: what arrives in it is sent, until Ctrl-C."""

import dataclasses
import signal
import threading
from pathlib import Path
from typing import Any

import typer

from concord import http_sender
from concord.http_sender import TOKEN_VARIABLE, Later, Send
from data.ledger import data_folder
from data.ledger.opening.store_faults import StoreInUse
from data.ledger.submissions import NotPossible
from data.receiving.watched_folder import DropFolder, Dropped
from schemas.datasets.dataset_catalog import DATASETS
from workflow import administering, delivering
from workflow.delivering import How

_IN_USE = (
    "the running app uses the data folder. Stop it, or send through it with "
    f"--server http://127.0.0.1:8501 and the partner's token in {TOKEN_VARIABLE}"
)


def watch(folder: Path, data: Path, server: str | None, how: How, every: float) -> None:
    """Send what arrives in a folder until Ctrl-C (which lets the present file end).

    A file that was sent lies in `done/` or `blocked/` beside its findings; one that could not be sent stays and is
    tried again. Values of cells are never written beside it.
    """
    how = dataclasses.replace(how, show_values=False)
    send = http_sender.sender(server, how) if server else _into(data, how)
    drop, last_lines, stop = DropFolder(folder, by_partner=server is None), dict[Path, str](), _until_stopped()
    shape = "<dataset>/" if server else "<partner>/<dataset>/"
    typer.echo(f"Watching {folder / shape}, every {every:g} s. Ctrl-C stops it.", err=True)
    told: set[Path] = set()
    while not stop.is_set():
        for place in [p for p in drop.misnamed() if p not in told]:
            told.add(place)
            kinds = ", ".join(DATASETS)
            typer.echo(f"{place.relative_to(folder)}/: nothing here is sent. Files lie in {shape}, one of {kinds}.")
        for file in drop.arrived():
            if stop.is_set():
                break
            line = f"{file.path.relative_to(folder)}{_sent(file, send, drop)}"
            if line != last_lines.get(file.path):
                typer.echo(line)
            last_lines[file.path] = line
        last_lines = {path: line for path, line in last_lines.items() if path.exists()}
        stop.wait(every)
    typer.echo("Stopped: what was sent is put away, the rest waits for the next start.", err=True)


def _sent(file: Dropped, send: Send, drop: DropFolder) -> str:
    """Send a file and put it away: what came of it. Nothing about one file keeps the others from being sent."""
    try:
        answer = send(file)
        return f": {answer['message']} It lies in {drop.put_away(file, answer).parent.name}/."
    except (Later, OSError) as why:
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
        administering.open_partnership(data, intake=True).close()
    except StoreInUse:
        raise NotPossible(_IN_USE) from None

    def send(file: Dropped) -> dict[str, Any]:
        try:
            store = administering.open_partnership(data, intake=True)
        except StoreInUse:
            raise Later(_IN_USE) from None
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
