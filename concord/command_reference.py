"""The commands as a page: every command, argument and option, from the program that reads them."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from workflow import reference_pages
from workflow.reference_tables import MADE, table


def pages() -> dict[str, str]:
    """Every generated page: file name below docs/ -> its text."""
    from concord.command import app  # which has the command that writes these pages

    return reference_pages.pages() | {"reference/commands.md": page(app)}


def page(app: typer.Typer) -> str:
    """The page docs/reference/commands.md.

    Raises ValueError for an argument or option that does not say what it is for.
    """
    group = get_command(app)
    parts = [
        MADE,
        "# Commands\n",
        "`concord COMMAND --help` says the same. Exit code 0: done. Exit code 1: it cannot be done, and the "
        "message says what to do.\nExit code 2: wrong usage. Exit code 3: findings block the file, and nothing of it "
        "was stored.\n",
        *_commands(group, "concord"),
    ]
    return "\n".join(parts)


def _commands(group: object, prefix: str) -> Iterator[str]:
    if not isinstance(group, TyperGroup):
        return
    for name, command in group.commands.items():
        called = f"{prefix} {name}"
        yield f"## {called}\n"
        yield f"{command.help}\n"
        if isinstance(command, TyperGroup):
            yield from _commands(command, called)
        elif rows := list(_parameters(command, called)):
            yield table(["Argument or option", "Default", "Meaning"], rows)


def _parameters(command: Any, called: str) -> Iterator[tuple[str, str, str]]:
    for p in command.params:
        if getattr(p, "hidden", False):  # an old name, accepted for one version
            continue
        meaning = getattr(p, "help", None)
        if not meaning:
            raise ValueError(f"{called}: {p.name} does not say what it is for")
        names = ", ".join(f"`{o}`" for o in (*p.opts, *p.secondary_opts)) if p.opts[0][0] == "-" else f"`{p.name}`"
        environment = f" Also `{p.envvar}` in the environment." if p.envvar else ""
        yield (
            names,
            "" if p.default in (None, False) else f"`{p.default}`",
            f"{meaning}{environment}".replace("<", "\\<"),
        )
