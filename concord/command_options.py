"""What the commands share: options that several take, exit codes, and how they speak."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

FAILED, BLOCKED = 1, 3

Data = Annotated[Path, typer.Option("--data", envvar="CONCORD_DATA", help="The data folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object on standard output.")]
VAR = Path("var")


def fail(message: str, code: int = FAILED) -> NoReturn:
    """Say why on standard error and stop."""
    say(f"concord: {message}")
    sys.exit(code)


def say(text: str) -> None:
    """Tell the person who watches: on standard error, so that standard output holds the answer alone."""
    typer.echo(text, err=True)
