"""Asking the app that runs on a data folder to do what only the owner of the store can."""

import json
import os
import socket
from pathlib import Path
from typing import Any

from concord.command_options import fail
from data.ledger.data_folder import SOCKET


def ask(folder: Path, do: str, *, as_json: bool = False, **said: Any) -> dict[str, Any] | None:
    """The app's answer; None when no app runs on this folder. Stops the command with the app's words when it cannot."""
    try:
        at = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(f"/proc/self/fd/{at}/{SOCKET}")
            line.sendall(json.dumps({"do": do, **said}).encode() + b"\n")
            with line.makefile("rb") as answer:
                text = answer.readline()
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    except OSError as error:
        fail(f"the app that runs here could not be asked ({type(error).__name__})", as_json=as_json)
    finally:
        os.close(at)
    try:
        found = dict(json.loads(text))
    except ValueError:
        fail("the app that runs here did not answer: it may have been stopped meanwhile", as_json=as_json)
    if not found.pop("ok", False):
        fail(str(found.get("error")), as_json=as_json)
    return found
