"""The files of a pack: their kinds, their names, and what they are made of."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from pages.components.layout import page_state
from pages.components.layout.at_hand import at_hand
from pages.components.packs import community_page, gathering, learned_parts, standalone_page, workbook
from pages.components.packs.contents import Pack
from schemas.policy.viewer import Viewer


@dataclass(frozen=True)
class Kind:
    """A form of the pack: its ending, its media type, what it is called and good for, and what makes it."""

    ending: str
    mime: str
    name: str
    good_for: str
    make: Callable[[Pack], bytes]


def kinds() -> tuple[Kind, ...]:
    """Every form, on the paper that was settled when the release was made."""
    office = "application/vnd.openxmlformats-officedocument."
    paper = page_state.settings().scorecard.paper
    return (
        Kind("pdf", "application/pdf", "Document (PDF)", "For paper and mail. A screen reader can read it.",
             partial(_document, paper=paper)),
        Kind("pptx", f"{office}presentationml.presentation", "Slides (PowerPoint)",
             "The charts are PowerPoint's own and can be changed.", _slides),
        Kind("xlsx", f"{office}spreadsheetml.sheet", "Tables (Excel)", "Every number behind a chart.",
             workbook.workbook),
        Kind("html", "text/html", "Web page (HTML)", "One file that any browser opens without this server.",
             standalone_page.page),
    )  # fmt: skip


def _document(of: Pack, paper: str) -> bytes:
    from pages.components.packs import document  # late: with the slides it takes 19 MB

    return document.pdf(of, paper=paper)


def _slides(of: Pack) -> bytes:
    from pages.components.packs import slides

    return slides.slides(of)


def community() -> Kind:
    """The pages for everyone, in both languages: of what every partner may see alone."""
    return Kind(
        "zip", "application/zip", "Community pages (English and Spanish)",
        "Plain words without partners, for any web server. A note inside says how.", community_page.site,
    )  # fmt: skip


def pack(who: Viewer) -> Pack | None:
    """What a viewer may take along; None before the first release. Its figures are cached by release and viewer."""
    today = page_state.store().partnership.day
    figures = _figures(page_state.kept_under(), page_state.release_number(), who.role, who.partner_id, today)
    if figures is None:
        return None
    decided = gathering.with_actions(replace(figures, minutes=gathering.minutes(figures, who)), who)
    return learned_parts.with_effects(learned_parts.with_stories(decided, who), who)


@at_hand(50)  # never changed by anyone, so it need not be copied
def _figures(folder: str, number: int, role: str, partner_id: str | None, today: dt.date) -> Pack | None:
    with page_state.seen_by(Viewer.model_validate({"role": role, "partner_id": partner_id})):
        return gathering.gather()


def file_name(of: Pack, kind: Kind) -> str:
    """Such as kestrel_valley_release_3.pdf; of figures that are not for everyone it says so."""
    name = re.sub(r"[^a-z0-9]+", "_", of.partnership.lower()).strip("_") or "partnership"
    private = "" if of.whom == gathering.FOR_EVERYONE else "_not_to_be_passed_on"
    return f"{name}_release_{of.release}{private}.{kind.ending}"
