"""The files that go to the browser: style sheets, scripts and the picture of the app."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
ICON = FOLDER / "icon.png"
STYLE_SHEETS = ("base.css", "tables.css", "calendar.css", "uploads.css", "methods.css")
"""Those of the pages, in the order in which one may refine another; a component brings its own."""


@cache
def text(name: str) -> str:
    """What a file of the folder holds."""
    return (FOLDER / name).read_text(encoding="utf-8")
