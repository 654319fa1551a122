"""Board pack: the release as files that leave the room, each with the same figures and words as the scorecard."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from data.ledger.submissions import NotPossible
from pages.components.governing import first_steps
from pages.components.layout import page_frame, page_state
from pages.components.packs import gathering, pack_files, standard_formats
from pages.components.packs.contents import Pack
from pages.components.packs.pack_files import Kind
from pages.components.routes import one_time_downloads
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import many
from schemas.policy.viewer import EVERYONE
from workflow.governing import agreed_purposes


def page() -> None:
    """Draw the page: what may be handed on, and beside it what is for the viewer alone."""
    pack, own = pack_files.pack(EVERYONE), pack_files.pack(page_state.viewer())
    if pack is None or own is None:
        first_steps.nothing_yet()
        return
    page_frame.title(
        f"Take release {pack.release} to your board",
        f"Board pack · {pack.partnership}, {pack.made}",
        "Each file has the same figures and the same words. The same release and decisions give the same files.",
    )
    page_frame.section("To hand on", f"{pack.whom} {pack.hidden}", typed=True)
    _files(pack, (*pack_files.kinds(), *_for_the_public()))
    if own.whom != gathering.FOR_EVERYONE:
        page_frame.section("For you alone", own.whom, typed=True)
        _files(own, pack_files.kinds())
    standard_formats.buttons()
    page_frame.section("What is in it?")
    listing(["Part", "What it shows"], _parts(pack), "What a pack holds")


def _files(pack: Pack, kinds: Iterable[Kind]) -> None:
    whose = "shared" if pack.whom == gathering.FOR_EVERYONE else "own"
    with st.container(horizontal=True):
        for kind in kinds:
            one_time_downloads.button(
                kind.name, partial(_made, pack, kind), pack_files.file_name(pack, kind), kind.mime,
                key=f"pack_{kind.ending}_{whose}", help=kind.good_for,
            )  # fmt: skip


def _for_the_public() -> list[Kind]:
    """Pages for a web server, where every agreement lets the figures be public. Nobody is told here whose does not."""
    try:
        agreed_purposes.refuse_public(page_state.store())
    except NotPossible:
        st.html('<p class="c-note">There are no community pages: an agreement does not include public reporting.</p>')
        return []
    return [pack_files.community()]


def _made(pack: Pack, kind: Kind) -> list[bytes]:
    return [kind.make(pack)]


def _parts(pack: Pack) -> list[list[str]]:
    return [
        ["Scorecard", "Each measure with its number, change, target, widest gap and partner to talk to"],
        [
            f"A page for each of {many(len(pack.sheets), 'measure')}",
            "Two years by quarter, months with their usual range, groups, partners",
        ],
        ["What did it change?", "Each action that can be judged, compared with partners that did not take part"],
        ["What is behind it", "Why each measure is as it is, what would work, and what people say"],
        ["What we do about it", "Each action with who does it, what it has done so far and what is next"],
        ["What we decided", "What was decided on this release, and what is still open from before"],
        ["How each figure is worked out", "Who counts, who meets it, who is left out, and the source"],
    ]
