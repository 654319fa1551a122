"""The command that writes the community pages, beside the running app or without it, and without signing in."""

import os
from pathlib import Path
from typing import Annotated

import typer

from concord.command_options import VAR, Data
from concord.operating import running_app


def publish(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that this command has filled before.")],
    data: Data = VAR,
) -> None:
    """Write the community pages of the current release into a folder, as any web server can hold them."""
    answer = running_app.ask(data, "publish", into=str(folder.resolve()))
    release = answer["release"] if answer else _alone(data, folder)
    typer.echo(f"Release {release} is in {folder}. Open index.html, or let a web server serve the folder.")


def _alone(data: Path, folder: Path) -> int:
    # What gathers the pages draws the screens too: it takes seconds to import, which no other command should wait for,
    # and tells of a server that is not needed here.
    from streamlit.logger import set_log_level

    set_log_level("error")
    from pages.components.layout import page_state
    from pages.components.packs import published_folder

    published_folder.refuse_other(folder)
    os.environ["CONCORD_DATA"] = str(data)
    store = page_state.store()
    try:
        return published_folder.publish(folder)
    finally:
        store.close()
