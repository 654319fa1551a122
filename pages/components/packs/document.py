"""A pack on paper: a tagged PDF (PDF/UA-1), each picture with its words. The same contents give the same bytes."""

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from pages.components.frontend import assets
from pages.components.layout.theme import TOKENS
from pages.components.packs import pictures
from pages.components.packs.contents import EFFECTS, Effect, Pack, Sheet

_T = TOKENS["light"]
_LINE, _BARS = 100, pictures.Frame(row=19)
"""Pictures so low that a measure stands on one page."""


def pdf(pack: Pack, paper: str = "us-letter") -> bytes:
    """The document. Typst refuses it where a picture or the document has no words for those who do not see it."""
    ink = {"better": _T.better, "worse": _T.badge_worse[1], "usual": _T.text, "muted": _T.muted, "line": _T.line,
           "panel": _T.panel, "text": _T.text}  # fmt: skip
    told = {**asdict(pack), "ink": ink, "title": pack.title, "origin": pack.origin, "paper": paper,
            "sheets": [_sheet(one) for one in pack.sheets],
            "effects": [_effect(one) for one in pack.effects], "effects_title": EFFECTS,
            "lists": [asdict(one) for one in pack.tables]}  # fmt: skip
    files = {"main.typ": assets.text("pack.typ").encode(), "pack.json": json.dumps(told).encode()}
    # Its types leave out that files can be given by their names.
    return typst.compile(files, font_paths=[_fonts()], ignore_system_fonts=True, pdf_standards=["ua-1"])  # type: ignore[call-overload]


def _sheet(one: Sheet) -> dict[str, Any]:
    lines = [
        {"title": line.title, "alt": line.alt, "told": line.told, "svg": pictures.line(line, one.scale, _LINE)}
        for line in (one.years, one.months)
        if line
    ]
    beside = [
        {"title": bars.title, "alt": bars.alt, "told": bars.told, "svg": pictures.bars(bars, one.scale, frame=_BARS)}
        for bars in (one.groups, one.partners)
        if bars
    ]
    row = ("title", "plain", "number", "unit", "span", "counted", "period", "looks", "verdict", "moved", "goal", "gap",
           "partner", "owner", "sentence", "facts")  # fmt: skip
    return {name: getattr(one, name) for name in row} | {"pictures": [*lines, *beside]}


def _effect(one: Effect) -> dict[str, Any]:
    """Its picture stands between what was found and what that rests on."""
    return {"title": one.headline, "action": f"{one.action}, since {one.start}", "found": one.found,
            "rests_on": one.rests_on, "alt": one.alt, "legend": one.legend if one.sides else "",
            "svg": pictures.effect(one) if one.sides else ""}  # fmt: skip


def _fonts() -> Path:
    """Where the font of the screens lies, for paper; it comes with a package of its own."""
    found = importlib.util.find_spec("font_source_sans_pro")
    assert found and found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "files"
