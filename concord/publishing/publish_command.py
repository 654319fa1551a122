"""The command that writes the community pages, without a server and without signing in."""

import os
from pathlib import Path
from typing import Annotated

import typer

from concord.command_options import VAR, Data
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import EVERYONE
from workflow.governing import agreed_purposes


def publish(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that this command has filled before.")],
    data: Data = VAR,
) -> None:
    """Write the community pages of the current release into a folder, as any web server can hold them."""
    # What gathers them draws the screens too: it takes seconds to import, which no other command should wait for, and
    # tells of a server that is not needed here.
    from streamlit.logger import set_log_level

    set_log_level("error")
    from pages.components.layout import page_state
    from pages.components.packs import community_page, pack_files, published_folder

    published_folder.refuse_other(folder)
    os.environ["CONCORD_DATA"] = str(data)
    store = page_state.store()
    try:
        agreed_purposes.refuse_public(store)
        pack = pack_files.pack(EVERYONE)
        if pack is None:
            raise NotPossible("there is no release yet. `concord release` makes one")
        published_folder.write(folder, community_page.files(pack), pack.release)
    finally:
        store.close()
    typer.echo(f"Release {pack.release} is in {folder}. Open index.html, or let a web server serve the folder.")
