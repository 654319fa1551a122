"""What the commands share: options that several take, exit codes, and how they speak."""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

FAILED, WRONG_USAGE, BLOCKED = 1, 2, 3

Data = Annotated[Path, typer.Option("--data", envvar="CONCORD_DATA", help="The data folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object on standard output.")]
VAR = Path("var")


def fail(message: str, code: int = FAILED, *, as_json: bool = False) -> NoReturn:
    """Say why on standard error, or in one JSON object on standard output, and stop."""
    if as_json:
        typer.echo(json.dumps({"ok": False, "error": message}, indent=2))
    else:
        say(f"concord: {message}")
    sys.exit(code)


def say(text: str) -> None:
    """Tell the person who watches: on standard error, so that standard output holds the answer alone."""
    typer.echo(text, err=True)
