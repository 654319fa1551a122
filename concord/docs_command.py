"""The command that writes the generated pages of docs/, for those who change Concord."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from concord.command_options import FAILED, fail

DOCS = Path(__file__).resolve().parents[1] / "docs"


def docs(
    check: Annotated[bool, typer.Option("--check", help="Write nothing: fail when a page is not fresh.")] = False,
) -> None:
    """Write the generated pages in docs/ anew from the declarations (in a copy of Concord's repository)."""
    if not DOCS.exists():
        fail("the docs lie in Concord's repository, and this is an installed package")
    from concord import command_reference

    stale = {name: text for name, text in command_reference.pages().items() if _written(name) != text}
    if check:
        lines = [f"docs/{name} is not what the declarations say: run `concord docs`" for name in stale]
        typer.echo("\n".join(lines) or "All is well.")
        if stale:
            sys.exit(FAILED)
        return
    for name, text in stale.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(text, encoding="utf-8")


def _written(name: str) -> str | None:
    return (DOCS / name).read_text(encoding="utf-8") if (DOCS / name).exists() else None
