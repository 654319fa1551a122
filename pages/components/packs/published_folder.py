"""The community pages in a folder for a web server."""

from collections.abc import Mapping
from pathlib import Path

from data.ledger.submissions import NotPossible
from pages.components.layout import page_state
from pages.components.packs import community_page, pack_files
from schemas.policy.viewer import EVERYONE
from workflow.exporting.own_folder import Mark
from workflow.governing import agreed_purposes

_OURS = Mark("concord_pages.json", "concord publish")


def publish(folder: Path) -> int:
    """Write the current release's community pages, as everyone may see it; which release it is. Raises NotPossible."""
    refuse_other(folder)
    agreed_purposes.refuse_public(page_state.store())
    pack = pack_files.pack(EVERYONE)
    if pack is None:
        raise NotPossible("there is no release yet. `concord release` makes one")
    write(folder, community_page.files(pack), pack.release)
    return pack.release


def write(folder: Path, files: Mapping[str, bytes], release: int) -> None:
    """Put the files into a folder that is empty or ours. Raises NotPossible, with what to do, for any other."""
    _OURS.write(folder, files, {"release": release}, readable=True)


def refuse_other(folder: Path) -> None:
    """Raise NotPossible where nothing may be put into a folder."""
    _OURS.refuse_other(folder)
